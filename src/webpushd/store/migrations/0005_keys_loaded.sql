-- Which secret keys the worker that writes a log file has loaded, as its first line says:
-- {"link":{"<site>":[<id>,...]},"identity":{...}}. NULL as long as that was not read.
ALTER TABLE ingest_file ADD COLUMN keys_loaded jsonb;
