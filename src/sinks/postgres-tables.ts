/** Names are compared byte by byte, so that all servers order them alike; sums are whole numbers of any length. */
export const TABLES = `
  SELECT pg_advisory_xact_lock(7152290361104462); -- CREATE TABLE IF NOT EXISTS alone fails where two do it at once
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_units (
    namespace text COLLATE "C", experiment text COLLATE "C", unit text COLLATE "C", arm text NOT NULL, weights text NOT NULL,
    at bigint NOT NULL, in_two_arms boolean NOT NULL, properties text, PRIMARY KEY (namespace, experiment, unit));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_totals (
    namespace text COLLATE "C", experiment text COLLATE "C", unit text COLLATE "C", event text COLLATE "C",
    x numeric NOT NULL, y numeric NOT NULL, day int NOT NULL, PRIMARY KEY (namespace, experiment, unit, event));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_day_units (
    namespace text COLLATE "C", experiment text COLLATE "C", arm text COLLATE "C", weights text COLLATE "C", day int,
    units bigint NOT NULL, in_two_arms bigint NOT NULL, PRIMARY KEY (namespace, experiment, arm, weights, day));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_day_sums (
    namespace text COLLATE "C", experiment text COLLATE "C", arm text COLLATE "C", event text COLLATE "C", day int,
    units bigint NOT NULL, x numeric NOT NULL, xx numeric NOT NULL, y numeric NOT NULL, yy numeric NOT NULL,
    xy numeric NOT NULL, PRIMARY KEY (namespace, experiment, arm, event, day));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_histograms (
    namespace text COLLATE "C", experiment text COLLATE "C", arm text COLLATE "C", writer text COLLATE "C",
    data text NOT NULL, PRIMARY KEY (namespace, experiment, arm, writer));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_notes (
    namespace text COLLATE "C", name text COLLATE "C", note text NOT NULL, PRIMARY KEY (namespace, name));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_names (
    namespace text COLLATE "C", id text COLLATE "C", name text NOT NULL, PRIMARY KEY (namespace, id));
  CREATE TABLE IF NOT EXISTS gatekeeper_sink_batches (
    namespace text COLLATE "C", id text COLLATE "C", at timestamptz NOT NULL, PRIMARY KEY (namespace, id));`;
