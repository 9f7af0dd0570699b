-- The tables of the demo's second store (see field-service.yaml). References to customers and work orders are ids of objects in
-- the other store, so no foreign key can stand behind them.

CREATE SCHEMA billing;
SET LOCAL search_path = billing;

CREATE TABLE account (
    id          uuid PRIMARY KEY,
    row_version bigint NOT NULL DEFAULT 1,
    name        text NOT NULL,
    balance     numeric,
    blocked     boolean NOT NULL DEFAULT false,
    customer_id uuid
);
CREATE INDEX ON account (customer_id);

CREATE TABLE expense (
    id            uuid PRIMARY KEY,
    row_version   bigint NOT NULL DEFAULT 1,
    amount        numeric NOT NULL,
    kind          text CHECK (kind IN ('Parking', 'Fuel', 'Material', 'Other')),
    spent_at      timestamptz,
    spent_by      text NOT NULL,
    approved      boolean NOT NULL DEFAULT false,
    work_order_id uuid,
    account_id    uuid REFERENCES account
);
CREATE INDEX ON expense (spent_by);
CREATE INDEX ON expense (work_order_id);
CREATE INDEX ON expense (account_id);
