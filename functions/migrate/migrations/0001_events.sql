-- The table that events end in, and what each user may do with it.
--
-- The migrations run as webhook_migrator, who owns the schema and everything in it. They run once each, in the order of
-- their numbers; a migration that has run is never edited, the next one changes what it made.

CREATE SCHEMA IF NOT EXISTS webhook;

CREATE TABLE webhook.events (
  -- source#eventId for a stored event; #state#id for a record of one that was not stored. A source has no # in its name,
  -- so no record can be taken for an event. An index entry holds about 2,700 bytes at most (PostgreSQL manual, B-Tree).
  key text PRIMARY KEY CHECK (octet_length(key) <= 2048),
  state text NOT NULL CHECK (state IN ('stored', 'rejected', 'failed', 'conflict')),

  -- Who sent it and what it is. Null where a rejected message could not be believed.
  source text,
  event_id text,
  request_id text,
  message_id text NOT NULL,
  received_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),

  method text,
  path text,
  query text,
  source_ip text,
  headers jsonb,
  -- The attributes of a rejected message, as they came.
  message_attributes jsonb,

  -- The body byte by byte, so that none is refused; null where it could not be had.
  body bytea,
  -- The same body for queries. Null where it is not JSON, or is JSON that jsonb cannot hold (\u0000, for one).
  body_json jsonb,
  body_bytes bigint,
  -- SHA-256 of the body, in hexadecimal digits.
  body_sha256 text,

  -- Why it was not stored. Null for a stored event.
  reason text,
  detail text,
  -- The key of the stored event with other content. Only for a conflict.
  conflicts_with text
);

-- Reading by source and time.
CREATE INDEX events_by_source ON webhook.events (source, received_at);
-- The retention job: the oldest of each state.
CREATE INDEX events_by_age ON webhook.events (state, stored_at);

GRANT USAGE ON SCHEMA webhook TO webhook_consumer, webhook_retention;
GRANT SELECT, INSERT ON webhook.events TO webhook_consumer;
GRANT SELECT, DELETE ON webhook.events TO webhook_retention;
