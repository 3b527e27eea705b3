-- Makes the audit trail append-only for the dashboard itself, on a PostgreSQL server of your own.
--
-- The table refuses changes by a trigger in any case. But the dashboard's role owns the table that it has made, and an owner
-- can remove a trigger. This gives the table, and what else could be used to remove it, to a role with which nobody signs in.
-- The dashboard goes on as before: it can add entries and read them, and nothing else.
--
-- Once, after the dashboard has started for the first time, as a superuser, connected to its database:
--   psql --dbname dashboard --file append-only-audit.sql
-- Replace dashboard by the name of your database and of its role, where they are others. That role must be no superuser.

CREATE ROLE audit_keeper NOLOGIN;

ALTER DATABASE dashboard OWNER TO audit_keeper;
ALTER SCHEMA public OWNER TO audit_keeper; -- whoever owns the schema can drop what is in it
GRANT CONNECT, TEMPORARY ON DATABASE dashboard TO dashboard;
GRANT USAGE, CREATE ON SCHEMA public TO dashboard;

ALTER TABLE audit OWNER TO audit_keeper;
ALTER FUNCTION audit_is_append_only() OWNER TO audit_keeper;
REVOKE ALL ON audit FROM PUBLIC, dashboard;
GRANT SELECT, INSERT ON audit TO dashboard;

-- Should a later version say that it must be the owner of the table audit to change it: give the table back for its first
-- start, and run the part from ALTER TABLE on once more.
--   ALTER TABLE audit OWNER TO dashboard; ALTER FUNCTION audit_is_append_only() OWNER TO dashboard;
