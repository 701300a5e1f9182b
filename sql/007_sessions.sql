-- SPDX-License-Identifier: MIT
-- discador, schema version 7: who attaches over SSH is told when they were
-- here last and how often somebody was refused in their name since; that must
-- not read the whole audit log, which is never cut.

create index event_log_login on event_log (action, actor, at);
