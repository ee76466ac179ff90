-- The accounts of the group, made by member.sh when a member's data directory is made, on each member for itself:
-- not written to the binary log, for what only one member has would keep it out of the group.
-- @NAME@ is the secret of that name. Accounts that come later are made on the primary, and reach the others from there.
SET SESSION sql_log_bin = OFF;

-- Nobody is root over the network; on the member itself by the socket.
ALTER USER root@localhost IDENTIFIED BY '@root@';

-- The application: the data of its databases, and what the group says of itself.
CREATE USER inviter@'%' IDENTIFIED BY '@app@';
GRANT SELECT, INSERT, UPDATE, DELETE ON `inviter%`.* TO inviter@'%';
GRANT SELECT ON performance_schema.replication_group_members TO inviter@'%';
GRANT SELECT ON performance_schema.replication_group_member_stats TO inviter@'%';
CREATE DATABASE inviter;

-- The same, and the schema: `inviter migrate`, `migrate-store` and `restore`, which replays what the application did.
CREATE USER inviter_migrator@'%' IDENTIFIED BY '@migrator@';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON `inviter%`.* TO inviter_migrator@'%';
GRANT REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN ON *.* TO inviter_migrator@'%';
GRANT SELECT ON performance_schema.replication_group_members TO inviter_migrator@'%';
GRANT SELECT ON performance_schema.replication_group_member_stats TO inviter_migrator@'%';

-- The guard: asks every member, starts and stops the part of its own in the group, keeps it read-only, may enter while
-- nobody else may, and copies a member that cannot join otherwise. It reads no data.
CREATE USER inviter_guard@'%' IDENTIFIED BY '@guard@';
GRANT GROUP_REPLICATION_ADMIN, SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, CLONE_ADMIN ON *.* TO inviter_guard@'%';
GRANT SELECT ON performance_schema.* TO inviter_guard@'%';

-- The members among themselves: fetch what they missed, or copy the whole of another.
CREATE USER inviter_repl@'%' IDENTIFIED BY '@repl@';
GRANT REPLICATION SLAVE ON *.* TO inviter_repl@'%';
GRANT CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO inviter_repl@'%';

-- The backup agent: reads the application's data as of one moment, for which it may hold up writes for that moment, and the
-- stream of changes. It changes nothing.
CREATE USER inviter_backup@'%' IDENTIFIED BY '@backup@' WITH MAX_USER_CONNECTIONS 20;
GRANT SELECT ON `inviter%`.* TO inviter_backup@'%';
GRANT FLUSH_TABLES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO inviter_backup@'%';
GRANT SELECT ON performance_schema.replication_group_members TO inviter_backup@'%';
GRANT SELECT ON performance_schema.replication_group_member_stats TO inviter_backup@'%';

-- The exporter: figures for Prometheus, no data.
CREATE USER inviter_exporter@'%' IDENTIFIED BY '@exporter@' WITH MAX_USER_CONNECTIONS 5;
GRANT PROCESS, REPLICATION CLIENT ON *.* TO inviter_exporter@'%';
GRANT SELECT ON performance_schema.* TO inviter_exporter@'%';
