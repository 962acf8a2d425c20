-- The catalogue: everything of every plan. Columns are named after the fields of the dataclasses in ingest/model.py.
-- Tuples are JSON arrays, dates ISO text, booleans 0 and 1. Rows stand in the order of the plan (rowid).
CREATE TABLE info (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE plans (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, file TEXT NOT NULL, issuer TEXT NOT NULL, region TEXT NOT NULL,
    region_aliases TEXT NOT NULL, level TEXT NOT NULL, aliases TEXT NOT NULL, document_number TEXT NOT NULL,
    issued TEXT, period_start TEXT, period_end TEXT, period_basis TEXT NOT NULL, period_quote TEXT NOT NULL,
    provenance TEXT NOT NULL
);
-- offsets: deflated little-endian 32-bit integers, all starts, then all ends. fingerprint: what the plan was read from.
CREATE TABLE texts (
    plan_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL, raw TEXT NOT NULL, text TEXT NOT NULL,
    offsets BLOB NOT NULL
);
CREATE TABLE sections (
    id TEXT PRIMARY KEY, plan_id TEXT NOT NULL, label TEXT NOT NULL, title TEXT NOT NULL, level INTEGER NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, parent_id TEXT, inferred INTEGER NOT NULL
);
CREATE TABLE clauses (
    id TEXT PRIMARY KEY, plan_id TEXT NOT NULL, section_id TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL,
    title TEXT NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
    "order" INTEGER NOT NULL, parent_id TEXT, cell TEXT, continues TEXT, certainty TEXT NOT NULL
);
CREATE INDEX clauses_of_plan ON clauses (plan_id);
CREATE TABLE boilerplate (
    plan_id TEXT NOT NULL, name TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE repairs (
    plan_id TEXT NOT NULL, kind TEXT NOT NULL, raw_start INTEGER NOT NULL, raw_end INTEGER NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, certainty TEXT NOT NULL
);
CREATE TABLE units (
    plan_id TEXT NOT NULL, clause_id TEXT NOT NULL, unit TEXT NOT NULL, role TEXT NOT NULL, word TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, side TEXT NOT NULL, collective INTEGER NOT NULL,
    complete INTEGER NOT NULL, certainty TEXT NOT NULL
);
CREATE TABLE indicators (
    plan_id TEXT NOT NULL, clause_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, measure TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, number TEXT NOT NULL, base_value TEXT NOT NULL,
    base_year INTEGER, target_year INTEGER, nature TEXT NOT NULL, notes TEXT NOT NULL,
    certainty TEXT NOT NULL
);
CREATE TABLE schedules (
    plan_id TEXT NOT NULL, clause_id TEXT NOT NULL, label TEXT NOT NULL, "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL, quarters TEXT NOT NULL, stage INTEGER, year INTEGER, certainty TEXT NOT NULL
);
CREATE TABLE measures (
    plan_id TEXT NOT NULL, clause_id TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
    audiences TEXT NOT NULL, supports TEXT NOT NULL, strength TEXT NOT NULL, amounts TEXT NOT NULL,
    conditions TEXT NOT NULL, amount_starts TEXT NOT NULL, condition_starts TEXT NOT NULL, certainty TEXT NOT NULL
);
CREATE TABLE findings (
    plan_id TEXT NOT NULL, grade TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE TABLE passages (
    id TEXT PRIMARY KEY, clause_id TEXT NOT NULL, plan_id TEXT NOT NULL, region TEXT NOT NULL, text TEXT NOT NULL,
    digest TEXT NOT NULL, embedding BLOB NOT NULL
);
CREATE INDEX passages_of_plan ON passages (plan_id);
CREATE INDEX sections_of_plan ON sections (plan_id);
CREATE INDEX boilerplate_of_plan ON boilerplate (plan_id);
CREATE INDEX repairs_of_plan ON repairs (plan_id);
CREATE INDEX units_of_plan ON units (plan_id);
CREATE INDEX units_by_name ON units (unit);
CREATE INDEX indicators_of_plan ON indicators (plan_id);
CREATE INDEX schedules_of_plan ON schedules (plan_id);
CREATE INDEX measures_of_plan ON measures (plan_id);
CREATE INDEX findings_of_plan ON findings (plan_id);
-- The full-text index (ingest/postings.py) over the tokens of ingest/tokens.py. clauses: how many have the word in their
-- text or headings; rows, scores: rowids of clauses (little-endian uint32) and the word's part of their bm25 (float32).
CREATE TABLE postings (word TEXT PRIMARY KEY, clauses INTEGER NOT NULL, rows BLOB NOT NULL, scores BLOB NOT NULL);
