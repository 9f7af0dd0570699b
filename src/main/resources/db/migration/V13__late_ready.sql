-- What may be tried late is found by its store and since when; everything else about a late unit by where it stands. Planned before the table
-- has statistics, PostgreSQL would as well look for one unit among all that wait of the store, so that settling ten thousand read a hundred
-- million entries. So the store is an expression in that index: no other question is answered from it.
DROP INDEX tidegate_queue.late_ready;
CREATE INDEX late_ready ON tidegate_queue.late ((store || ''), paused_until) WHERE state = 'queued';
