-- SPDX-License-Identifier: MIT
-- discador, schema version 4: the switch's own records of our calls (CDR).
-- Asterisk's cdr_pgsql writes them (contrib/asterisk/cdr_pgsql.conf), whether
-- an engine listens or not.  Calls that ended as lost, because nobody heard
-- their end, get their true outcome from here.

-- The columns are those of Asterisk's CDR, by name: cdr_pgsql looks up which
-- there are and fills them.  Times are seconds since the epoch, because as
-- timestamps they would come in the switch's local time and without fractions.
-- uniqueid is our call's id (ChannelId of the Originate); there is a second
-- row where a call was in a queue.  userfield is what the dialplan sums up:
--     res=none|connect|connected|optout|machine key= cause= sip= amd= amdcause=
create table cdr (
    at                 timestamptz not null default clock_timestamp(),
    uniqueid           text not null,
    linkedid           text,
    sequence           bigint,
    src                text,
    dst                text,
    dcontext           text,
    clid               text,
    channel            text,
    dstchannel         text,
    lastapp            text,
    lastdata           text,
    start              float8,
    answer             float8,
    "end"              float8,
    duration           float8,
    billsec            float8,
    disposition        text,
    amaflags           text,
    accountcode        text,
    peeraccount        text,
    userfield          text
);
create index cdr_uniqueid on cdr (uniqueid);
create index cdr_at on cdr (at);

-- Only calls that ended as lost are in it; an end leaves the heap-only path
-- anyway (call_open), so that the others pay nothing for it.
create index call_lost on call (node, ended_at) where disposition = 'lost';

-- When a UUID of version 7 was made (RFC 9562): its first 48 bits.  Null for
-- what is none, in lower case as we write them.
create function uuid7_at(p_id text) returns timestamptz
language sql immutable strict parallel safe
return case when p_id ~
    '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
    then ts_of_ms(('x0000' || left(p_id, 8) || substr(p_id, 10, 4))
        ::bit(64)::bigint) end;

-- Runs as the owner, because the switch's role may insert here and do nothing
-- else.  Records of other channels (agents, callers, people's telephones) are
-- nothing to us and not kept.  Who opted out is on the do-not-call list from
-- now on, by the number that we dialled: the switch cannot name another.
create function cdr_arrived() returns trigger
language plpgsql security definer
set search_path = discador, pg_temp
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
declare
    v_at timestamptz := uuid7_at(new.uniqueid);
begin
    if v_at is null then
        return null;
    end if;
    new.at := clock_timestamp();
    -- No time and no length is NaN, infinite, negative or beyond the year 5138.
    new.start := case when new.start between 0 and 1e11 then new.start end;
    new.answer := case when new.answer between 0 and 1e11
        then new.answer end;
    new."end" := case when new."end" between 0 and 1e11 then new."end" end;
    new.duration := case when new.duration between 0 and 1e11
        then new.duration end;
    new.billsec := case when new.billsec between 0 and 1e11
        then new.billsec end;
    if new.userfield ~ '(^| )res=optout( |$)' then
        -- A call is armed in the moment in which its id is made.
        insert into dnc (number, list, source, reason)
        select c.number, 'internal', c.id::text, 'opted out in a call'
        from call c
        where c.id = new.uniqueid::uuid
            and c.armed_at >= v_at - interval '1 minute'
            and c.armed_at < v_at + interval '1 hour'
        on conflict (number, list) do nothing;
    end if;
    return new;
end $$;
revoke execute on function cdr_arrived() from public;
create trigger cdr_arrived before insert on cdr
    for each row execute function cdr_arrived();

-- Calls of a node that ended as lost in the last three days and have a record
-- by now, the oldest first.  An answered one without the dialplan's summary is
-- left out: nobody can say whether its callee has opted out.  A second for
-- the other rows of the same call to arrive.
create function cdr_lost(p_node text, p_limit int)
returns table (id uuid, armed_ms bigint, campaign_id bigint,
    contact_id bigint, attempt int, number text, disposition text,
    answered boolean, answered_ms bigint, ended_ms bigint,
    duration float8, facts text)
language plpgsql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
    v_from timestamptz := date_trunc('day', now() - interval '4 days', 'UTC');
begin
    if not exists (select from cdr limit 1) then
        return;
    end if;
    return query
    select l.id, ms_of_ts(l.armed_at), l.campaign_id, l.contact_id,
        greatest(l.attempt - coalesce(k.uncounted, 0), 1), l.number,
        f.disposition, f.answered, (f.answer * 1000)::bigint,
        (f.ended * 1000)::bigint, f.duration, coalesce(f.facts, '')
    from call l
    left join contact k on k.id = l.contact_id
    cross join lateral (
        select max(x.disposition) as disposition,
            coalesce(bool_or(x.disposition = 'ANSWERED'), false) as answered,
            min(x.answer) filter (where x.answer between 0 and 1e11)
                as answer,
            max(x."end") filter (where x."end" between 0 and 1e11) as ended,
            max(x.duration) filter (where x.duration between 0 and 1e11)
                as duration,
            max(x.at) as at,
            string_agg(x.userfield, ' ' order by x.sequence)
                filter (where x.userfield <> '') as facts
        from cdr x where x.uniqueid = l.id::text) f
    where l.node = p_node and l.disposition = 'lost'
        and l.armed_at >= v_from
        and l.ended_at >= now() - interval '3 days'
        and f.at < clock_timestamp() - interval '1 second'
        and (not f.answered or f.facts ~ '(^| )res=')
    order by l.ended_at
    limit p_limit;
end $$;

-- Records older than that go, some at a time.
create function cdr_trim(p_days int, p_limit int) returns bigint
language plpgsql
set enable_seqscan = off
as $$
declare
    n bigint;
begin
    delete from cdr x where x.ctid = any(array(
        select o.ctid from cdr o
        where o.at < now() - p_days * interval '1 day'
        order by o.at limit p_limit for update skip locked));
    get diagnostics n = row_count;
    return n;
end $$;
