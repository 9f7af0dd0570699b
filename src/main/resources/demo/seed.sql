-- The rows of the demo. The same on every machine: numbers from generate_series, ids from md5, moments counted back from
-- one fixed morning. Object n of an entity has the id md5('<table>:' || n), so that tests and examples can name it.

SET LOCAL search_path = field_service;
SET LOCAL timezone = 'UTC';

INSERT INTO contract (id, title, valid_to, monthly)
SELECT md5('contract:' || n)::uuid,
       (ARRAY ['Maintenance', 'Full service', 'Inspection only', 'Parts and labour'])[1 + n % 4] || ' ' || (2023 + n % 4),
       timestamptz '2027-01-01 00:00:00Z' + n % 36 * interval '1 month',
       (49 + n % 20 * 25)::numeric + 0.90
FROM generate_series(1, 150) n;

INSERT INTO customer (id, name, city, email, active, credit_limit, vat_number, contract_id)
SELECT md5('customer:' || n)::uuid,
       name,
       (ARRAY ['Amsterdam', 'Utrecht', 'Rotterdam', 'Groningen', 'Eindhoven', 'Ghent', 'Antwerp', 'Cologne', 'Bremen', 'Lille'])
           [1 + n % 10],
       'office@' || lower(regexp_replace(name, '[^A-Za-z]+', '-', 'g')) || '.example',
       n % 17 <> 0,
       CASE WHEN n % 9 <> 0 THEN (n % 40 + 1) * 250.00 END,
       810000000000 + n * 7919,
       CASE WHEN n <= 150 THEN md5('contract:' || n)::uuid END
FROM (SELECT n,
             (ARRAY ['Albers', 'Boersma', 'Claes', 'De Wit', 'Evers', 'Fabre', 'Groen', 'Hartmann', 'Ilves', 'Jansen',
                     'Kaiser', 'Lambert', 'Mulder', 'Novak', 'Ortega', 'Peeters', 'Quist', 'Rossi', 'Smit', 'Thomas'])[1 + (n - 1) % 20]
             || ' ' ||
             (ARRAY ['Bakery', 'Logistics', 'Dairy', 'Hotels', 'Printing', 'Clinics', 'Foods', 'Textiles', 'Garages', 'Libraries'])
                 [1 + (n - 1) / 20] AS name
      FROM generate_series(1, 200) n) AS named;

INSERT INTO engineer (id, login, name, level, hired_at)
SELECT md5('engineer:' || n)::uuid, login, name, 1 + n::integer % 5, timestamptz '2024-01-08 09:00:00Z' - n * interval '97 days'
FROM unnest(
    ARRAY ['ada', 'bert', 'carla', 'dirk', 'elif', 'femke', 'gijs', 'hanna', 'ivo', 'jana',
           'kees', 'lotte', 'marek', 'nadia', 'omar', 'petra', 'quinn', 'rosa', 'sven', 'tessa'],
    ARRAY ['Ada Visser', 'Bert de Boer', 'Carla Mertens', 'Dirk Schulte', 'Elif Demir', 'Femke Bakker', 'Gijs van Dam',
           'Hanna Lindqvist', 'Ivo Marković', 'Jana Nováková', 'Kees Prins', 'Lotte Claes', 'Marek Zieliński', 'Nadia Haddad',
           'Omar Saleh', 'Petra Vogel', 'Quinn Murphy', 'Rosa Conti', 'Sven Eriksen', 'Tessa Hendriks'])
    WITH ORDINALITY AS people (login, name, n);

INSERT INTO skill (code, name)
VALUES ('COOL', 'Cooling'), ('ELEC', 'Electrical work'), ('GAS', 'Gas fittings'), ('HEAT', 'Heating'),
       ('HYDR', 'Hydraulics'), ('LIFT', 'Lifts'), ('NET', 'Networks'), ('PLC', 'Controllers'),
       ('PUMP', 'Pumps'), ('SOLAR', 'Solar panels'), ('VENT', 'Ventilation'), ('WELD', 'Welding');

INSERT INTO engineer_skill (engineer_id, skill_code)
SELECT md5('engineer:' || n)::uuid, code
FROM generate_series(1, 20) n
JOIN (SELECT code, row_number() OVER (ORDER BY code) AS k FROM skill) AS skills ON (n * k) % 5 = 1;

-- Every third site is a part of the one before it, in chains of three.
INSERT INTO site (id, name, street, postal_code, city, region, alarm_code, opened_at, customer_id, parent_id)
SELECT md5('site:' || n)::uuid,
       (ARRAY ['Main building', 'Warehouse', 'Boiler room'])[1 + (n - 1) % 3] || ' ' || 1 + n / 3,
       (ARRAY ['Havenstraat', 'Stationsplein', 'Kerklaan', 'Industrieweg', 'Marktstrasse', 'Rue du Canal'])[1 + n % 6] || ' ' || 1 + n % 180,
       (1000 + n * 13 % 9000)::text,
       (ARRAY ['Amsterdam', 'Utrecht', 'Rotterdam', 'Groningen', 'Eindhoven', 'Ghent', 'Antwerp', 'Cologne', 'Bremen', 'Lille'])
           [1 + (n - 1) / 3 % 10],
       (ARRAY ['North', 'East', 'South', 'West'])[1 + (n - 1) / 3 % 4],
       lpad((n * 7919 % 10000)::text, 4, '0'),
       timestamptz '2026-11-20 08:00:00Z' - n * interval '3 days',
       md5('customer:' || 1 + (n - 1) / 3)::uuid,
       CASE WHEN n % 3 <> 1 THEN md5('site:' || n - 1)::uuid END
FROM generate_series(1, 600) n;

INSERT INTO tag (id, label, rank)
SELECT n, label, (n * 10)::integer
FROM unnest(ARRAY ['Warranty', 'Repeat visit', 'Ladder needed', 'Two people', 'Keys at reception', 'After hours', 'Hazardous',
                   'Photo required', 'Parts ordered', 'Complaint']) WITH ORDINALITY AS labels (label, n);
SELECT setval('tag_id_seq', 10);

-- Plain tasks 1 to 500, some below another; work orders 501 to 5,500; inspections 5,501 to 7,000.
INSERT INTO task (id, kind, title, due_at, priority, cost, parent_id)
SELECT md5('task:' || n)::uuid,
       'FieldService.' || CASE WHEN n <= 500 THEN 'Task' WHEN n <= 5500 THEN 'WorkOrder' ELSE 'Inspection' END,
       CASE
           WHEN n <= 500 THEN (ARRAY ['Order parts', 'Call the customer', 'Prepare the van', 'Write a report', 'Book a crane'])[1 + n % 5]
           WHEN n <= 5500 THEN (ARRAY ['Repair', 'Replace', 'Install', 'Clean', 'Adjust', 'Test', 'Move'])[1 + n % 7] || ' '
               || (ARRAY ['the boiler', 'the cold store', 'the pump', 'a compressor', 'the lift door', 'the air handler',
                          'a solar inverter', 'the control cabinet', 'a heat exchanger', 'the conveyor', 'a burner'])[1 + n % 11]
           ELSE (ARRAY ['Yearly inspection', 'Safety inspection', 'Acceptance', 'Follow-up'])[1 + n % 4]
       END,
       CASE WHEN n % 13 <> 0 THEN timestamptz '2026-11-20 08:00:00Z' + (n * 37 % 2000 - 1400) * interval '1 hour' END,
       (ARRAY ['Normal', 'Low', 'Normal', 'High', 'Normal'])[1 + n % 5],
       CASE WHEN n % 4 <> 0 THEN (n * 31 % 900 + 40)::numeric + 0.50 END,
       CASE WHEN n <= 500 AND n % 5 = 0 THEN md5('task:' || n - 1)::uuid
            WHEN n > 500 AND n <= 5500 AND n % 20 = 0 THEN md5('task:' || n / 20)::uuid END
FROM generate_series(1, 7000) n;

INSERT INTO invoice (id, number, amount, paid)
SELECT md5('invoice:' || n)::uuid, n, (n * 53 % 1900 + 80)::numeric + 0.25, n % 3 <> 0
FROM generate_series(1, 1500) n;
SELECT setval(pg_get_serial_sequence('invoice', 'number'), 1500);

-- Three of five are closed, as in a company that has been at it for a while.
INSERT INTO work_order (id, number, status, estimated_minutes, urgent, customer_id, engineer_id, site_id, invoice_id)
SELECT md5('task:' || n)::uuid,
       n - 500,
       (ARRAY ['Closed', 'Open', 'Closed', 'InProgress', 'Closed'])[1 + n / 5 % 5],
       30 + n % 12 * 15,
       n % 23 = 0,
       md5('customer:' || 1 + (site - 1) / 3)::uuid,
       md5('engineer:' || 1 + n * 7 % 20)::uuid,
       md5('site:' || site)::uuid,
       CASE WHEN n <= 2000 THEN md5('invoice:' || n - 500)::uuid END
FROM (SELECT n, 1 + n * 11 % 600 AS site FROM generate_series(501, 5500) n) AS placed;
SELECT setval(pg_get_serial_sequence('work_order', 'number'), 5000);

INSERT INTO inspection (id, result, score, engineer_id, site_id)
SELECT md5('task:' || n)::uuid,
       (ARRAY ['Passed', 'Pending', 'Passed', 'Failed'])[1 + n % 4],
       CASE WHEN n % 4 <> 1 THEN 40 + n * 17 % 61 END,
       md5('engineer:' || 1 + n * 3 % 20)::uuid,
       md5('site:' || 1 + n * 7 % 600)::uuid
FROM generate_series(5501, 7000) n;

INSERT INTO work_order_tag (work_order_id, tag_id)
SELECT md5('task:' || n)::uuid, tag
FROM generate_series(501, 5500) n, generate_series(1, 10) tag
WHERE (n + tag * tag) % 11 = 0;

INSERT INTO supplier (id, name, city)
SELECT 'S-' || lpad(n::text, 3, '0'),
       (ARRAY ['Nordic', 'Delta', 'Union', 'Prime', 'Atlas'])[1 + n % 5] || ' ' || (ARRAY ['Bearings', 'Valves', 'Cables', 'Filters'])[1 + n % 4]
           || ' ' || n,
       (ARRAY ['Aachen', 'Bruges', 'Delft', 'Essen', 'Metz'])[1 + n % 5]
FROM generate_series(1, 40) n;

-- Parts 1 to 100 are plain, to 700 spare parts, to 1,000 consumables. Every tenth is replaced by the next.
INSERT INTO part (number, kind, name, barcode, price, replacement_number, supplier_id)
SELECT 'P-' || lpad(n::text, 5, '0'),
       'FieldService.' || CASE WHEN n <= 100 THEN 'Part' WHEN n <= 700 THEN 'SparePart' ELSE 'Consumable' END,
       (ARRAY ['Ball valve', 'V-belt', 'Filter cartridge', 'Relay 24 V', 'Bearing 6204', 'Gasket set', 'Copper pipe', 'Fan blade',
               'Pressure switch', 'Thermostat', 'Drain pump', 'Sealing tape', 'Fuse 16 A'])[1 + n % 13] || ' ' || chr((65 + n % 26)::integer),
       8710000000000 + n::bigint * 97,
       (n * 29 % 400 + 1)::numeric + 0.95,
       CASE WHEN n % 10 = 0 AND n < 1000 THEN 'P-' || lpad((n + 1)::text, 5, '0') END,
       'S-' || lpad((1 + n % 40)::text, 3, '0')
FROM generate_series(1, 1000) n;

INSERT INTO spare_part (number, warranty_months)
SELECT 'P-' || lpad(n::text, 5, '0'), 12 + n % 4 * 12 FROM generate_series(101, 700) n;

INSERT INTO consumable (number, unit)
SELECT 'P-' || lpad(n::text, 5, '0'), (ARRAY ['Piece', 'Metre', 'Litre', 'Kilogram'])[1 + n % 4] FROM generate_series(701, 1000) n;

INSERT INTO stock_level (id, quantity, weight, counted_at, part_number, site_id, work_order_id)
SELECT md5('stock_level:' || n)::uuid,
       n * 7919 % 120,
       CASE WHEN n % 6 <> 0 THEN round((n % 5000)::numeric / 1000 + 0.125, 3) END,
       CASE WHEN n % 10 <> 0 THEN timestamptz '2026-11-20 08:15:00Z' - n % 4000 * interval '90 minutes' END,
       'P-' || lpad((1 + n % 1000)::text, 5, '0'),
       md5('site:' || 1 + n / 7 % 600)::uuid,
       CASE WHEN n % 25 = 0 THEN md5('task:' || 501 + n / 10)::uuid END
FROM generate_series(1, 50000) n;
CREATE INDEX ON stock_level (part_number);
CREATE INDEX ON stock_level (site_id);
CREATE INDEX ON stock_level (work_order_id);
CREATE INDEX ON stock_level (counted_at);

-- Documents 1 to 100 are plain, to 400 manuals, to 1,400 photos (of one grey pixel).
INSERT INTO document (id, entity, name, created_at, author_id)
SELECT md5('document:' || n)::uuid,
       'FieldService.' || CASE WHEN n <= 100 THEN 'Document' WHEN n <= 400 THEN 'Manual' ELSE 'Photo' END,
       CASE
           WHEN n <= 100 THEN 'Form ' || n
           WHEN n <= 400 THEN (ARRAY ['Boiler', 'Pump', 'Lift', 'Inverter', 'Burner'])[1 + n % 5] || ' manual ' || n - 100
           ELSE 'Photo ' || n - 400 || '.png'
       END,
       timestamptz '2026-11-20 08:00:00Z' - n * interval '7 hours',
       md5('engineer:' || 1 + n % 20)::uuid
FROM generate_series(1, 1400) n;

INSERT INTO manual (id, edition, pages, part_number)
SELECT md5('document:' || n)::uuid, 1 + n % 4, 8 + n * 7 % 120, 'P-' || lpad((100 + n)::text, 5, '0')
FROM generate_series(101, 400) n;

INSERT INTO photo (id, content, taken_at)
SELECT md5('document:' || n)::uuid,
       decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64'),
       timestamptz '2026-11-20 08:00:00Z' - n * interval '8 hours'
FROM generate_series(401, 1400) n;

INSERT INTO task_document (task_id, document_id)
SELECT md5('task:' || 501 + n * 5 % 5000)::uuid, md5('document:' || 1 + n % 1400)::uuid
FROM generate_series(1, 3000) n
ON CONFLICT DO NOTHING;

INSERT INTO note (id, text, written_at, pinned, work_order_id, author_id, manual_id)
SELECT md5('note:' || n)::uuid,
       (ARRAY ['Customer was not in, left a card.', 'Replaced the seal, still dripping a little.', 'Needs a longer ladder next time.',
               'Pressure is back at 1.8 bar.', 'Ask for keys at the reception.', 'Part ordered, two weeks.', 'Works again.'])[1 + n % 7],
       timestamptz '2026-11-20 08:00:00Z' - n % 5000 * interval '50 minutes',
       n % 40 = 0,
       md5('task:' || 501 + n * 3 % 5000)::uuid,
       md5('engineer:' || 1 + n % 20)::uuid,
       CASE WHEN n % 16 = 0 THEN md5('document:' || 101 + n % 300)::uuid END
FROM generate_series(1, 8000) n;

INSERT INTO time_entry (id, started_at, minutes, kind, work_order_id, engineer_id)
SELECT n,
       timestamptz '2026-11-20 08:00:00Z' - n * interval '45 minutes',
       15 + n % 16 * 15,
       (ARRAY ['Work', 'Travel', 'Work', 'Break'])[1 + n % 4],
       md5('task:' || 501 + n % 5000)::uuid,
       md5('engineer:' || 1 + (501 + n % 5000) * 7 % 20)::uuid
FROM generate_series(1, 6000) n;
SELECT setval('time_entry_id_seq', 6000);

INSERT INTO announcement (id, headline, published_at)
SELECT md5('announcement:' || n)::uuid,
       (ARRAY ['New vans arrive', 'Safety briefing', 'Canteen closed', 'Winter tyres', 'Summer party'])[1 + n % 5] || ' (' || n || ')',
       timestamptz '2026-11-20 08:00:00Z' - n * interval '5 days'
FROM generate_series(1, 30) n;

INSERT INTO sketch (id, title)
SELECT md5('sketch:' || n)::uuid, 'Sketch ' || n FROM generate_series(1, 20) n;

INSERT INTO stroke (id, points, width, sketch_id)
SELECT md5('stroke:' || n)::uuid, n % 90 || ',' || n % 70 || ' ' || n % 50 || ',' || n % 30, 1.5, md5('sketch:' || 1 + n % 20)::uuid
FROM generate_series(1, 100) n;

-- So that the first queries are planned well.
ANALYZE announcement, consumable, contract, customer, document, engineer, engineer_skill, inspection, invoice, manual, note, part,
    photo, site, sketch, skill, spare_part, stock_level, stroke, supplier, tag, task, task_document, time_entry, work_order,
    work_order_tag;
