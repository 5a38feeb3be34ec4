-- From schema 1 to 2.

ALTER TABLE credit_log ADD COLUMN performed_by INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE credit_log ADD COLUMN written_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallet_event ADD COLUMN written_at INTEGER NOT NULL DEFAULT 0;
-- API key ids now have one form: keys sent with the demo reseller's API key remain known.
UPDATE idempotency SET scope = 'key_0000000000000001' || substr(scope, length('reseller') + 1)
WHERE scope LIKE 'reseller POST %';
