-- The rows of the demo's second store, made as those of the first (seed.sql), with the ids of its customers and work orders.

SET LOCAL search_path = billing;
SET LOCAL timezone = 'UTC';

-- Account n is that of customer n.
INSERT INTO account (id, name, balance, blocked, customer_id)
SELECT md5('account:' || n)::uuid,
       'Account ' || lpad(n::text, 4, '0'),
       (n * 97 % 5000 - 800)::numeric + 0.40,
       n % 25 = 0,
       md5('customer:' || n)::uuid
FROM generate_series(1, 200) n;

INSERT INTO expense (id, amount, kind, spent_at, spent_by, approved, work_order_id, account_id)
SELECT md5('expense:' || n)::uuid,
       (n * 31 % 120 + 2)::numeric + 0.50,
       (ARRAY ['Parking', 'Fuel', 'Material', 'Other'])[1 + n % 4],
       timestamptz '2026-11-20 08:00:00Z' - n * interval '5 hours',
       (ARRAY ['ada', 'bert', 'carla', 'dirk', 'elif', 'femke', 'gijs', 'hanna', 'ivo', 'jana'])[1 + n % 10],
       n % 3 = 0,
       md5('task:' || 501 + n * 3 % 5000)::uuid,
       md5('account:' || 1 + n % 200)::uuid
FROM generate_series(1, 2000) n;

-- So that the first queries are planned well.
ANALYZE account, expense;
