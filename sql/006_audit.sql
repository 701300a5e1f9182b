-- SPDX-License-Identifier: MIT
-- discador, schema version 6: the audit log as a chain.  Each row of event_log
-- has the SHA-256 over the hash of the row before it and its own content, so
-- that no row can be changed, taken out or put in without all behind it being
-- hashed anew; and the engines write down, outside the database, what the
-- newest hash was (state_dir/audit.head).  `discador audit verify` looks.
-- Rows are never deleted: there is no retention, and nothing here trims them.

alter table event_log add column seq bigint, add column prev bytea,
    add column hash bytea;

-- One field of a row as it is hashed (src/db/audit.h has the whole): its
-- length in bytes, a colon, its bytes in UTF-8, a comma; null is "-,".
create function audit_field(p text) returns bytea
language sql stable parallel safe
return case when p is null then '-,'::bytea
    else convert_to(octet_length(convert_to(p, 'UTF8')) || ':', 'UTF8')
        || convert_to(p, 'UTF8') || ','::bytea end;

create function audit_hash(p_prev bytea, p event_log) returns bytea
language sql stable parallel safe
return sha256(p_prev
    || audit_field((p).seq::text) || audit_field((p).id::text)
    || audit_field(trunc(extract(epoch from (p).at) * 1000000)::text)
    || audit_field((p).node) || audit_field((p).actor)
    || audit_field((p).origin) || audit_field((p).action)
    || audit_field((p).object) || audit_field((p).result)
    || audit_field((p).detail::text));

-- What was logged before there was a chain is vouched for from now on only.
do $$
declare
    r event_log;
    v_seq bigint := 0;
    v_prev bytea := decode(repeat('00', 32), 'hex');
begin
    for r in select * from event_log order by id loop
        v_seq := v_seq + 1;
        r.seq := v_seq;
        r.prev := v_prev;
        r.hash := audit_hash(v_prev, r);
        update event_log set seq = r.seq, prev = r.prev, hash = r.hash
            where id = r.id;
        v_prev := r.hash;
    end loop;
end $$;

alter table event_log alter column seq set not null,
    alter column prev set not null, alter column hash set not null,
    add check (seq > 0), add check (octet_length(prev) = 32),
    add check (octet_length(hash) = 32);
create unique index event_log_seq on event_log (seq);

-- Add a row and answer its number and hash.  One at a time, whoever asks: the
-- lock is held until the transaction ends, so do not keep one open with this
-- in it.  No row comes back, and nothing was added, if another transaction
-- held the lock for a second: ask again.  p_at_ms null or 0: now.
create function audit_append(p_at_ms bigint, p_node text, p_actor text,
    p_origin text, p_action text, p_object text, p_result text,
    p_detail jsonb default null)
returns table (seq bigint, hash bytea)
language plpgsql
set lock_timeout = '1s'
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    r event_log;
begin
    begin
        -- A number of its own (002 and 003 have others): who makes a
        -- partition and who logs a command do not wait for each other.
        perform pg_advisory_xact_lock(7310582937610449);
    exception when lock_not_available then
        return;
    end;
    select l.seq, l.hash into r.seq, r.prev
    from event_log l order by l.seq desc limit 1;
    r.seq := coalesce(r.seq, 0) + 1;
    r.prev := coalesce(r.prev, decode(repeat('00', 32), 'hex'));
    r.id := nextval('event_log_id_seq');
    r.at := coalesce(ts_of_ms(nullif(p_at_ms, 0)), clock_timestamp());
    r.node := p_node;
    r.actor := p_actor;
    r.origin := coalesce(p_origin, '');
    r.action := p_action;
    r.object := coalesce(p_object, '');
    r.result := coalesce(p_result, '');
    r.detail := p_detail;
    r.hash := audit_hash(r.prev, r);
    insert into event_log select (r).*;
    return query select r.seq, r.hash;
end $$;

-- Who only speaks SQL does not change what is there by mistake; who disables
-- this on purpose is found by the chain.  Also where triggers are off because
-- a session plays replica.
create function audit_refuse() returns trigger
language plpgsql
as $$
begin
    raise exception 'event_log is the audit log: % is refused, rows are only '
        'added (audit_append) and never deleted', lower(tg_op)
        using errcode = 'insufficient_privilege';
end $$;
create trigger event_log_keep before update or delete or truncate on event_log
    for each statement execute function audit_refuse();
alter table event_log enable always trigger event_log_keep;
