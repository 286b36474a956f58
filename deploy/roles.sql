-- The two roles and the database, once, as a superuser:
--   psql --set=owner_password="$OWNER" --set=app_password="$APP" --file=deploy/roles.sql
-- samplan_owner owns the tables and migrates them; samplan_app is what the app runs as, owns nothing, and cannot bypass
-- row-level security. No other role may connect.
\set ON_ERROR_STOP on
CREATE ROLE samplan_owner LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE samplan_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE samplan OWNER samplan_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE samplan FROM PUBLIC;
GRANT CONNECT ON DATABASE samplan TO samplan_app;
\connect samplan
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO samplan_owner;
