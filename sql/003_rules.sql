-- SPDX-License-Identifier: MIT
-- discador, schema version 3: columns and functions for the engine's rules.
-- Attempts that do not count, alternate numbers, callbacks, the cap on calls
-- to one number, alert rules, and the answers to "why not".
--
-- Locks are taken in the order of 002; the locks per number, where a country
-- caps the calls to one, stand between contact and did_usage:
--     call -> dnc -> contact -> number -> did_usage -> campaign_tally

-- --- columns ----------------------------------------------------------------

alter table trunk add min_cps double precision not null default 1;

alter table country
    add holidays text not null default '',
    add states text not null default '',
    add number_cap int not null default 0 check (number_cap >= 0),
    add rotation text not null default 'least_used',
    add near text not null default 'none',
    add did_rest int not null default 86400 check (did_rest >= 0);

alter table performance_profile
    add brake_cooldown int not null default 30;

alter table campaign
    add retry_max jsonb not null default '{}',
    add "order" text not null default 'due';

create table alert_rule (
    id                 bigserial primary key,
    name               text not null unique,
    statistic          text not null default '',
    object             text not null default '',
    test               text not null default 'above',
    threshold          double precision not null default 0,
    hysteresis         double precision not null default 0,
    hold               int not null default 0,
    severity           text not null default 'warning',
    cause              text not null default '',
    message            text not null default '',
    enabled            boolean not null default true
);

-- uncounted   attempts that do not count towards max_attempts
-- shift       priority = the contact's own + shift
-- alternates  [{"number", "country", "zone"}]: called in turn
-- callback    somebody asked to be called
alter table contact
    add uncounted int not null default 0 check (uncounted >= 0),
    add shift smallint not null default 0,
    add alternates jsonb,
    add callback boolean not null default false;
create index contact_alternates on contact using gin
    (alternates jsonb_path_ops) where alternates is not null;

-- uncounted   its end said that this attempt does not count
alter table call
    add did_why text,
    add uncounted boolean not null default false;

create index metric_at on metric (at);

alter type arm_row
    add attribute number_cap int,
    add attribute did_why text;
alter type record_line
    add attribute uncounted boolean,
    add attribute shift int;
alter type record_end
    add attribute uncounted boolean,
    add attribute shift int,
    add attribute node text,
    add attribute ended_at timestamptz;

-- When a number was called, latest first.
create type number_calls as (at timestamptz[]);
create type tally_change as (campaign_id bigint, country text, zone text,
    total bigint, finished bigint);

-- --- tallies ----------------------------------------------------------------

create function tally_add(p_changes tally_change[]) returns void
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    if cardinality(p_changes) > 0 then
        insert into campaign_tally as t
            (campaign_id, country, zone, total, finished)
        select p.campaign_id, p.country, p.zone, sum(p.total),
            sum(p.finished)
        from unnest(p_changes) p
        where p.campaign_id is not null
        group by 1, 2, 3
        order by 1, 2, 3
        on conflict (campaign_id, country, zone)
        do update set total = t.total + excluded.total,
            finished = t.finished + excluded.finished;
    end if;
end $$;

-- --- claim and back ---------------------------------------------------------

-- As in 002, but for the attempts that do not count.
drop function claim(text, bigint, text[], text[], int, int);
create function claim(p_node text, p_campaign bigint, p_countries text[],
    p_zones text[], p_limit int, p_lease_s int)
returns table (id bigint, number text, country text, zone text, attempts int,
    uncounted int)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    r record;
    v_max int := (select c.max_attempts from campaign c
        where c.id = p_campaign);
    v_left int := p_limit;
    v_finished bigint[];
begin
    -- Again, a few times, while some were taken off the list on the way.
    for v_round in 1..20 loop
        exit when v_left <= 0;
        v_finished := '{}';
        for r in
            with recursive pair as (
                select distinct u.country, u.zone
                from unnest(p_countries, p_zones) as u(country, zone)
            ), prio as (
                select p.country, p.zone,
                    (select c.priority from contact c
                     where c.campaign_id = p_campaign
                         and c.country = p.country and c.zone = p.zone
                         and c.state = 'pending'
                     order by c.priority desc limit 1) as priority
                from pair p
                union all
                select q.country, q.zone,
                    (select c.priority from contact c
                     where c.campaign_id = p_campaign
                         and c.country = q.country and c.zone = q.zone
                         and c.state = 'pending' and c.priority < q.priority
                     order by c.priority desc limit 1)
                from prio q where q.priority is not null
            ), due as (
                select d.id, d.priority, d.due_at
                from prio q cross join lateral (
                    select c.id, c.priority, c.due_at from contact c
                    where c.campaign_id = p_campaign
                        and c.country = q.country and c.zone = q.zone
                        and c.state = 'pending' and c.priority = q.priority
                        and c.due_at <= now()
                    order by c.due_at, c.id
                    limit v_left
                    for update skip locked) d
                where q.priority is not null
            ), picked as (
                select d.id, d.priority, d.due_at from due d
                order by d.priority desc, d.due_at, d.id limit v_left
            ), judged as (
                select p.id, p.priority, p.due_at, case
                    when (select true from dnc n
                        where n.number = c.number limit 1) then 'dnc'
                    when c.attempts - c.uncounted >= v_max then 'exhausted'
                    else 'claimed' end as state
                from picked p join contact c on c.id = p.id
            ), taken as (
                update contact c set state = j.state,
                    lease_node = case j.state when 'claimed' then p_node end,
                    lease_until = case j.state when 'claimed'
                        then now() + p_lease_s * interval '1 second' end
                from judged j where c.id = j.id
                returning c.id, c.number, c.country, c.zone, c.attempts,
                    c.uncounted, c.state, j.priority, j.due_at
            )
            select * from taken t order by t.priority desc, t.due_at, t.id
        loop
            if r.state = 'claimed' then
                id := r.id;
                number := r.number;
                country := r.country;
                zone := r.zone;
                attempts := r.attempts;
                uncounted := r.uncounted;
                v_left := v_left - 1;
                return next;
            else
                v_finished := v_finished || r.id;
            end if;
        end loop;
        exit when v_finished = '{}';
        perform tally_finished(v_finished);
    end loop;
end $$;

create function defer(p_node text, p_contacts bigint[], p_due timestamptz)
returns bigint
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    n bigint;
begin
    with l as (
        select c.id from contact c
        where c.id = any(p_contacts) and c.state = 'claimed'
            and c.lease_node = p_node
        order by c.id for update)
    update contact c set state = 'pending', lease_node = null,
        lease_until = null, due_at = p_due
    from l where c.id = l.id;
    get diagnostics n = row_count;
    return n;
end $$;

-- --- arm --------------------------------------------------------------------

-- For each row whose number has a cap: when that number was called in the last
-- 24 h, whoever did.  Calls given back are no rows any more; attempts that do
-- not count never reached the number and do not count here.  Who asks holds
-- the number until the transaction ends, so that two engines cannot both find
-- the same room.
--
-- Planned anew each time with a whole day and no upper bound, so that no
-- partition of before yesterday is opened: see record_calls.
create function number_calls(p_rows arm_row[]) returns number_calls[]
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off
set plan_cache_mode = force_custom_plan
as $$
declare
    v_from timestamptz := date_trunc('day', now() - interval '24 hours',
        'UTC');
begin
    perform pg_advisory_xact_lock(k.n) from (
        select distinct hashtextextended(r.number, 7310582937610448) as n
        from unnest(p_rows) r where r.number_cap > 0
        order by 1) k;
    -- A new statement: it sees what the holders before us have armed.
    return array(
        select row(case when r.number_cap > 0 then (
            select array_agg(c.armed_at order by c.armed_at desc)
            filter (where c.armed_at > now() - interval '24 hours')
            from call c
            where c.number = r.number and not c.uncounted
                and c.armed_at >= v_from) end
            )::number_calls
        from unnest(p_rows) with ordinality as r(ord, id, armed_ms,
            contact_id, campaign_id, did_id, did_number, cap_group,
            usage_date, cap, number, country, zone, trunk, number_cap,
            did_why, n)
        order by r.n);
end $$;

-- verdict: 0 armed, 1 dnc, 2 capped, 3 gone, 4 deferred (enum arm_verdict).  A
-- row that this node has armed already (its answer was lost) is answered as
-- armed.
create or replace function arm(p_node text, p_rows json)
returns table (id uuid, verdict int, attempt int, uses int, cap int)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_rows arm_row[] := array(
        select r from json_populate_recordset(null::arm_row, p_rows) r);
    v_contacts bigint[] := array(select r.contact_id from unnest(v_rows) r);
    v_called number_calls[];
    v_finished bigint[];
    v_again uuid[];
begin
    perform from contact c where c.id = any(v_contacts)
    order by c.id for update;

    if exists (select from contact c where c.id = any(v_contacts)
            and c.state = 'dialing') then
        v_again := array(select l.id from unnest(v_rows) r join call l
            on l.id = r.id and l.armed_at = ts_of_ms(r.armed_ms)
            where l.node = p_node and l.state = 'armed');
    end if;

    with f as (
        update contact c set lease_node = null, lease_until = null,
            state = case when (select true from dnc n
                    where n.number = c.number limit 1)
                then 'dnc' else 'exhausted' end
        from campaign k
        where c.id = any(v_contacts) and c.state = 'claimed'
            and c.lease_node = p_node and k.id = c.campaign_id
            and (c.attempts - c.uncounted >= k.max_attempts
                or (select true from dnc n
                    where n.number = c.number limit 1))
        returning c.id)
    select array_agg(f.id) into v_finished from f;

    if exists (select from unnest(v_rows) r where r.number_cap > 0) then
        v_called := number_calls(v_rows);
    end if;

    insert into did_usage (did_id, cap_group, usage_date, cap)
    select r.did_id, r.cap_group, r.usage_date, max(r.cap)
    from unnest(v_rows) r join did d on d.id = r.did_id
    group by 1, 2, 3 order by 1, 2, 3
    on conflict do nothing;
    perform from did_usage u join (
        select distinct r.did_id, r.cap_group, r.usage_date
        from unnest(v_rows) r) k using (did_id, cap_group, usage_date)
    order by u.did_id, u.cap_group, u.usage_date for update of u;

    -- From here on contacts, numbers and usage rows are ours and hold still.
    return query
    with cand as (
        select r.ord, r.id, ts_of_ms(r.armed_ms) as armed_at, r.contact_id,
            r.campaign_id, r.did_id, r.did_number, r.cap_group, r.usage_date,
            r.cap, r.number, r.country, r.zone, r.trunk, r.number_cap,
            r.did_why, r.called_at,
            c.attempts, u.uses, u.cap as old_cap, case
            when r.id = any(v_again) then -1
            when c.state = 'dnc' then 1
            when c.state is distinct from 'claimed'
                or c.lease_node is distinct from p_node
                or c.campaign_id is distinct from r.campaign_id
                or c.number <> r.number
                or row_number() over (partition by r.contact_id
                    order by r.ord) > 1 then 3
            when r.number_cap > 0
                and cardinality(r.called_at) >= r.number_cap then 4
            when u.did_id is null then 2
            else 0 end as pre
        from unnest(v_rows, v_called) as r(ord, id, armed_ms, contact_id,
            campaign_id, did_id, did_number, cap_group, usage_date, cap,
            number, country, zone, trunk, number_cap, did_why, called_at)
        left join contact c on c.id = r.contact_id
        left join did_usage u on u.did_id = r.did_id
            and u.cap_group = r.cap_group and u.usage_date = r.usage_date
    ), fits as (
        -- The n-th candidate for a DID needs room for n.
        select d.*, case
            when d.pre = -1 then 0
            when d.pre = 0 and d.cap > 0 and d.uses + row_number() over (
                partition by d.did_id, d.cap_group, d.usage_date, d.pre
                order by d.ord) > d.cap then 2
            else d.pre end as fit
        from cand d
    ), judged as (
        -- So does the n-th for a number.  One that is found only here has
        -- taken room of its DID: the last for that may have to ask again.
        select d.*, case
            when d.pre = 0 and d.fit = 0 and d.number_cap > 0
                and coalesce(cardinality(d.called_at), 0)
                    + row_number() over (
                    partition by d.number, d.pre, d.fit
                    order by d.ord) > d.number_cap then 4
            else d.fit end as verdict
        from fits d
    ), used as (
        update did_usage u set uses = u.uses + k.n,
            cap = case when k.none then 0
                else greatest(k.cap, u.uses + k.n) end
        from (select j.did_id, j.cap_group, j.usage_date,
                max(j.cap) as cap, bool_or(j.cap = 0) as none,
                count(*) filter (where j.verdict = 0)::int as n
            from judged j where j.pre = 0 group by 1, 2, 3) k
        where u.did_id = k.did_id and u.cap_group = k.cap_group
            and u.usage_date = k.usage_date
        returning u.did_id, u.cap_group, u.usage_date, u.uses, u.cap
    ), called as (
        insert into call (id, campaign_id, contact_id, attempt, did_id,
            did_number, cap_group, usage_date, number, country, zone, trunk,
            node, state, armed_at, did_why)
        select j.id, j.campaign_id, j.contact_id, j.attempts + 1, j.did_id,
            j.did_number, j.cap_group, j.usage_date, j.number, j.country,
            j.zone, coalesce(j.trunk, ''), p_node, 'armed', j.armed_at,
            nullif(j.did_why, '')
        from judged j where j.pre = 0 and j.verdict = 0
    ), dialled as (
        update contact c set
            state = case j.verdict when 0 then 'dialing' else 'pending' end,
            attempts = c.attempts + case j.verdict when 0 then 1 else 0 end,
            last_attempt_at = case j.verdict when 0 then j.armed_at
                else c.last_attempt_at end,
            -- When the oldest that fills the cap does so no more.
            due_at = case j.verdict when 0 then c.due_at
                else greatest(now(), interval '24 hours' + coalesce(
                    j.called_at[least(cardinality(j.called_at),
                        j.number_cap)], j.armed_at)) end,
            lease_node = null, lease_until = null
        from judged j
        where c.id = j.contact_id and j.pre in (0, 4) and j.verdict in (0, 4)
    )
    select j.id, j.verdict,
        coalesce(j.attempts, 0) + case j.pre when -1 then 0 else 1 end,
        -- A DID that is not in the table has no room at all.
        coalesce(s.uses, j.uses, greatest(j.cap, 1)),
        coalesce(s.cap, j.old_cap, greatest(j.cap, 1))
    from judged j left join used s using (did_id, cap_group, usage_date)
    order by j.ord;

    perform tally_finished(v_finished);
end $$;

-- As in 002, but the attempt before is looked for in the last 31 days only, and
-- planned anew each time, so that older partitions are not opened.
create or replace function unarm(p_node text, p_ids uuid[], p_armed_ms bigint[])
returns bigint
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_custom_plan
as $$
declare
    v_gone call[];
    v_ids bigint[];
    v_from timestamptz := date_trunc('day', now() - interval '31 days',
        'UTC');
begin
    perform from call c join unnest(p_ids, p_armed_ms) as l(id, ms)
        on c.id = l.id and c.armed_at = ts_of_ms(l.ms)
    where c.node = p_node and c.state = 'armed'
    order by c.id for update of c;
    with d as (
        delete from call c using unnest(p_ids, p_armed_ms) as l(id, ms)
        where c.id = l.id and c.armed_at = ts_of_ms(l.ms)
            and c.node = p_node and c.state = 'armed'
        returning c.*)
    select array_agg(d::call) into v_gone from d;
    if v_gone is null then
        return 0;
    end if;
    v_ids := array(select g.contact_id from unnest(v_gone) g);
    perform from contact c where c.id = any(v_ids) order by c.id for update;
    update contact c set attempts = c.attempts - 1,
        state = case c.state when 'dialing' then 'pending' else c.state end,
        last_attempt_at = (select max(p.armed_at) from call p
            where p.contact_id = c.id and p.attempt = c.attempts - 1
                and p.armed_at >= v_from)
    from unnest(v_gone) g
    where c.id = g.contact_id and c.attempts = g.attempt;
    perform from did_usage u join (
        select distinct g.did_id, g.cap_group, g.usage_date
        from unnest(v_gone) g) k using (did_id, cap_group, usage_date)
    order by u.did_id, u.cap_group, u.usage_date for update of u;
    update did_usage u set uses = greatest(u.uses - k.n, 0)
    from (select g.did_id, g.cap_group, g.usage_date, count(*)::int as n
        from unnest(v_gone) g group by 1, 2, 3) k
    where u.did_id = k.did_id and u.cap_group = k.cap_group
        and u.usage_date = k.usage_date;
    return cardinality(v_gone);
end $$;

-- --- record -----------------------------------------------------------------

-- As in 002; an end also says whether the attempt counts.  A lost call's line
-- does not: it counts until the truth is known, so that the word can be said
-- once only.
create or replace function record_calls(p_lines record_line[],
    out v_known uuid[], out v_ends record_end[])
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_custom_plan
as $$
declare
    v_from timestamptz := (select date_trunc('day',
        ts_of_ms(min(l.armed_ms)), 'UTC') from unnest(p_lines) l);
begin
    select array_agg(x.id) into v_known from (
        select c.id from call c join (
            select distinct l.id, l.armed_ms from unnest(p_lines) l) k
            on c.id = k.id and c.armed_at = ts_of_ms(k.armed_ms)
        where c.armed_at >= v_from
        order by c.id for update of c) x;

    with line as (
        select l.*, call_rank(l.state, l.disposition) as rank
        from unnest(p_lines) with ordinality as l(id, armed_ms, contact_id,
            state, disposition, cause, sip_code, trunk, sent_ms, ringing_ms,
            answered_ms, connected_ms, ended_ms, key, amd, amd_cause, note,
            setup_ms, cps, optout, contact_state, due_ms, uncounted, shift,
            ord)
    ), best as (
        select l.id, ts_of_ms(l.armed_ms) as at, max(l.rank) as rank,
            (array_agg(l.state order by l.rank desc, l.ord))[1] as state,
            (array_agg(l.disposition order by l.rank desc, l.ord))[1]
                as disposition,
            (array_agg(l.contact_state order by l.rank desc, l.ord))[1]
                as contact_state,
            ts_of_ms((array_agg(l.due_ms order by l.rank desc, l.ord))[1])
                as due_at,
            (array_agg(l.uncounted order by l.rank desc, l.ord))[1]
                as uncounted,
            (array_agg(l.shift order by l.rank desc, l.ord))[1] as shift,
            (array_agg(l.cause order by l.rank desc, l.ord)
                filter (where l.cause is not null))[1] as cause,
            (array_agg(l.sip_code order by l.rank desc, l.ord)
                filter (where l.sip_code is not null))[1] as sip_code,
            (array_agg(l.trunk order by l.rank desc, l.ord)
                filter (where l.trunk is not null))[1] as trunk,
            (array_agg(l.key order by l.rank desc, l.ord)
                filter (where l.key is not null))[1] as key,
            (array_agg(l.amd order by l.rank desc, l.ord)
                filter (where l.amd is not null))[1] as amd,
            (array_agg(l.amd_cause order by l.rank desc, l.ord)
                filter (where l.amd_cause is not null))[1] as amd_cause,
            (array_agg(l.note order by l.rank desc, l.ord)
                filter (where l.note is not null))[1] as note,
            (array_agg(l.setup_ms order by l.rank desc, l.ord)
                filter (where l.setup_ms is not null))[1] as setup_ms,
            (array_agg(l.cps order by l.rank desc, l.ord)
                filter (where l.cps is not null))[1] as cps,
            ts_of_ms(min(l.sent_ms)) as sent_at,
            ts_of_ms(min(l.ringing_ms)) as ringing_at,
            ts_of_ms(min(l.answered_ms)) as answered_at,
            ts_of_ms(min(l.connected_ms)) as connected_at,
            ts_of_ms((array_agg(l.ended_ms order by l.rank desc, l.ord))[1])
                as ended_at
        from line l group by l.id, l.armed_ms
    ), done as (
        update call c set state = b.state,
            disposition = coalesce(b.disposition, c.disposition),
            sent_at = coalesce(c.sent_at, b.sent_at),
            ringing_at = coalesce(c.ringing_at, b.ringing_at),
            answered_at = coalesce(c.answered_at, b.answered_at),
            connected_at = coalesce(c.connected_at, b.connected_at),
            ended_at = case when b.rank >= 20
                then coalesce(b.ended_at, c.ended_at, now()) end,
            cause = coalesce(b.cause, c.cause),
            sip_code = coalesce(b.sip_code, c.sip_code),
            trunk = coalesce(b.trunk, c.trunk),
            key_pressed = coalesce(b.key, c.key_pressed),
            amd = coalesce(b.amd, c.amd),
            amd_cause = coalesce(b.amd_cause, c.amd_cause),
            note = coalesce(b.note, c.note),
            setup_ms = coalesce(b.setup_ms, c.setup_ms),
            cps_at_call = coalesce(b.cps, c.cps_at_call),
            uncounted = b.rank = 21 and coalesce(b.uncounted, false)
        from best b
        where c.id = b.id and c.armed_at = b.at
            and c.armed_at >= v_from
            and b.rank > call_rank(c.state, c.disposition)
        returning c.contact_id, c.attempt, b.rank, b.contact_state, b.due_at,
            c.disposition, c.uncounted, b.shift, c.node, c.ended_at
    ), filled as (
        update call c set
            sent_at = coalesce(c.sent_at, b.sent_at),
            ringing_at = coalesce(c.ringing_at, b.ringing_at),
            answered_at = coalesce(c.answered_at, b.answered_at),
            connected_at = coalesce(c.connected_at, b.connected_at),
            cause = coalesce(c.cause, b.cause),
            sip_code = coalesce(c.sip_code, b.sip_code),
            key_pressed = coalesce(c.key_pressed, b.key),
            amd = coalesce(c.amd, b.amd),
            amd_cause = coalesce(c.amd_cause, b.amd_cause),
            note = coalesce(c.note, b.note),
            setup_ms = coalesce(c.setup_ms, b.setup_ms),
            cps_at_call = coalesce(c.cps_at_call, b.cps)
        from best b
        where c.id = b.id and c.armed_at = b.at
            and c.armed_at >= v_from and b.rank < 20
            and b.rank = call_rank(c.state, c.disposition)
    )
    select array_agg((d.contact_id, d.attempt,
        coalesce(d.contact_state, 'done'), d.due_at, d.disposition,
        d.uncounted, d.shift, d.node, d.ended_at)::record_end) into v_ends
    from done d where d.rank >= 20;
end $$;

-- An import of contacts takes campaign_lock() for itself before its first row
-- and holds nothing else that others wait for; who moves a contact to another
-- number asks whether it is free, holds it with others, and never waits.
create function campaign_lock(p_campaign bigint) returns void
language sql
return pg_advisory_xact_lock(1684632419, hashint8(p_campaign));
create function campaign_quiet(p_campaign bigint) returns boolean
language sql
return p_campaign is null
    or pg_try_advisory_xact_lock_shared(1684632419, hashint8(p_campaign));

-- A number that cannot stand in for another: barred, or not understood.
create function alternate_usable(p_campaign bigint, p_contact bigint,
    p_number text, p_country text, p_zone text) returns boolean
language sql stable
set enable_seqscan = off
return coalesce(p_number ~ '^\+[1-9][0-9]{5,14}$', false)
    and coalesce(p_country, '') <> '' and coalesce(p_zone, '') <> ''
    and (select true from dnc n where n.number = p_number limit 1) is null
    and (select true from contact c where c.campaign_id = p_campaign
        and c.number = p_number and c.id <> p_contact limit 1) is null;

-- The contact's next alternate becomes its number; the present one goes to the
-- end of the row, or away (p_drop).  Alternates that cannot be used are
-- dropped.  p_want: that one and no other.  Answers what that does to the
-- tallies, null if there is none left.  The caller holds the contact.
--
-- An import holds campaign_lock() until it commits: it may have brought that
-- number, and to find out would be to wait for it.  Nobody waits here: then
-- the contact keeps its number and its alternates, and goes on as if it had
-- none (null).
create function contact_alternate(p_id bigint, p_drop boolean,
    p_want text default null) returns tally_change[]
language plpgsql
set enable_seqscan = off
as $$
declare
    c contact;
    v_next jsonb;
    v_rest jsonb;
    v_keep jsonb := '[]';
begin
    select * into c from contact k where k.id = p_id;
    if not campaign_quiet(c.campaign_id) then
        return null;
    end if;
    v_rest := case jsonb_typeof(c.alternates) when 'array'
        then c.alternates else '[]' end;
    while jsonb_array_length(v_rest) > 0 loop
        v_next := v_rest->0;
        v_rest := v_rest - 0;
        if p_want is not null and v_next->>'number' is distinct from p_want
        then
            v_keep := v_keep || jsonb_build_array(v_next);
            continue;
        end if;
        continue when v_next->>'number' = c.number
            or not alternate_usable(c.campaign_id, c.id, v_next->>'number',
                v_next->>'country', v_next->>'zone');
        v_rest := v_keep || v_rest;
        if not p_drop then
            v_rest := v_rest || jsonb_build_array(jsonb_build_object(
                'number', c.number, 'country', c.country, 'zone', c.zone));
        end if;
        begin
            update contact k set number = v_next->>'number',
                country = v_next->>'country', zone = v_next->>'zone',
                alternates = case when jsonb_array_length(v_rest) > 0
                    then v_rest end
            where k.id = p_id;
        exception when unique_violation then
            -- An import has just brought a contact with that number.
            v_rest := case when p_drop then v_rest
                else v_rest - (jsonb_array_length(v_rest) - 1) end;
            v_keep := '[]';
            continue;
        end;
        return array[
            (c.campaign_id, c.country, c.zone, -1, 0)::tally_change,
            (c.campaign_id, v_next->>'country', v_next->>'zone', 1, 0)
                ::tally_change];
    end loop;
    if p_want is null then
        update contact k set alternates = null where k.id = p_id;
    end if;
    return null;
end $$;

-- Ends reach their contact if it is still at that attempt and nobody has
-- claimed it again; one that is finished stays finished.  An attempt that does
-- not count is said to the contact in any case.
--
-- contact_state claimed: the contact stays with the call's node, for the next
-- trunk at once, unless the call has ended long ago.  Such an attempt, and one
-- that does not count, leaves a callback as urgent as it was.  One that was
-- asked for since the call ended (the truth about a lost call comes late) is
-- left alone by anything but do-not-call.
create or replace function record(p_lines json) returns table (id uuid)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_lines record_line[] := array(
        select l from json_populate_recordset(null::record_line, p_lines) l);
    v_known uuid[];
    v_ends record_end[];
    v_out text[];
    v_ids bigint[];
    v_finished bigint[];
    v_more bigint[];
    v_change tally_change[];
    v_moved tally_change[] := '{}';
    r record;
begin
    select r.v_known, r.v_ends into v_known, v_ends
    from record_calls(v_lines) r;
    if exists (select from unnest(v_lines) l
            where l.optout or l.disposition = 'opted_out') then
        with o as (
            select distinct on (coalesce(c.number, k.number))
                coalesce(c.number, k.number) as number, l.id
            from unnest(v_lines) l
            left join call c
                on c.id = l.id and c.armed_at = ts_of_ms(l.armed_ms)
            left join contact k on k.id = l.contact_id
            where (l.optout or l.disposition = 'opted_out')
                and coalesce(c.number, k.number) is not null
            order by 1
        ), n as (
            insert into dnc (number, list, source, reason)
            select o.number, 'internal', o.id::text, 'opted out in a call'
            from o order by o.number
            on conflict (number, list) do nothing)
        select array_agg(o.number) into v_out from o;
    end if;

    if v_ends is not null or v_out is not null then
        v_ids := array(select e.contact_id from unnest(v_ends) e) || array(
            select c.id from contact c where c.number = any(v_out)
                and c.state in ('pending', 'held'));
        perform from contact c where c.id = any(v_ids)
        order by c.id for update;
        if exists (select from unnest(v_ends) e where e.uncounted) then
            update contact c set uncounted = c.uncounted + k.n
            from (select e.contact_id, count(*)::int as n
                from unnest(v_ends) e where e.uncounted group by 1) k
            where c.id = k.contact_id;
        end if;
        for r in
            with u as (
                update contact c set state = s.state,
                    due_at = case
                        when s.state <> 'pending' or s.asked then c.due_at
                        when e.state = 'pending'
                            then coalesce(e.due_at, c.due_at)
                        when o.state = 'dialing' then now()
                        else c.due_at end,
                    last_disposition = e.disposition,
                    lease_node = case s.state when 'claimed'
                        then e.node end,
                    lease_until = case s.state when 'claimed'
                        then now() + interval '60 seconds' end,
                    callback = s.keep,
                    priority = c.priority - c.shift + s.shift,
                    shift = s.shift
                from unnest(v_ends) e join contact o on o.id = e.contact_id
                cross join lateral (select o.callback
                    and o.state = 'pending' and e.state <> 'dnc' as asked) a
                cross join lateral (select
                    case
                    when a.asked then o.state
                    when o.state = 'dnc' or (contact_finished(o.state)
                        and not contact_finished(e.state)) then o.state
                    when e.state <> 'claimed' then e.state
                    when o.state <> 'dialing' then o.state
                    when e.ended_at > now() - interval '60 seconds'
                        then 'claimed'
                    else 'pending' end as state,
                    a.asked or (o.callback
                        and (e.uncounted or e.state = 'claimed')) as keep) k
                cross join lateral (select k.state, k.keep, a.asked,
                    case when k.keep then o.shift
                    else least(greatest(coalesce(e.shift, 0), -9999), 9999)
                        ::smallint end as shift) s
                where c.id = e.contact_id and c.attempts = e.attempt
                    and c.state in ('dialing', 'pending', 'done',
                        'exhausted', 'dnc')
                returning c.id, c.state, o.state as was, s.asked,
                    c.alternates is not null as others, e.disposition)
            select u.id, contact_finished(u.state)
                    and not contact_finished(u.was) as finished,
                u.others and not u.asked and (u.state = 'pending'
                    or (u.disposition = 'invalid_number'
                        and u.state in ('done', 'exhausted')
                        and not contact_finished(u.was)))
                    and u.disposition in ('invalid_number', 'no_answer',
                        'busy', 'rejected', 'machine') as next,
                u.disposition = 'invalid_number' as bad
            from u where u.others or contact_finished(u.state)
            order by u.id
        loop
            v_change := case when r.next
                then contact_alternate(r.id, r.bad) end;
            v_moved := v_moved || v_change;
            if v_change is not null and r.bad then
                update contact c set state = 'pending', due_at = now()
                where c.id = r.id;
            elsif r.finished then
                v_finished := v_finished || r.id;
            end if;
        end loop;
        if v_out is not null then
            with u as (
                update contact c set state = 'dnc'
                where c.id = any(v_ids) and c.number = any(v_out)
                    and c.state in ('pending', 'held')
                returning c.id)
            select array_agg(u.id) into v_more from u;
            v_finished := v_finished || v_more;
        end if;
        perform tally_add(v_moved || array(
            select (c.campaign_id, c.country, c.zone, 0, 1)::tally_change
            from contact c where c.id = any(v_finished)));
    end if;

    return query select u.known from unnest(v_known) as u(known);
end $$;

-- --- callbacks, blocks ------------------------------------------------------

-- A person wants to be called: the contacts of that number, in one campaign
-- or ('') in all.  They go first: shift 1000.
create function callback(p_number text, p_campaign text, p_due timestamptz,
    p_who text) returns table (campaign text, what text)
language plpgsql
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    v_ids bigint[];
    v_barred boolean := exists (select from dnc n where n.number = p_number);
    v_change tally_change[];
    v_tally tally_change[] := '{}';
    r record;
begin
    v_ids := array(
        select c.id from contact c where c.number = p_number
        union
        select c.id from contact c where c.alternates is not null
            and c.alternates @> jsonb_build_array(
                jsonb_build_object('number', p_number)));
    perform from contact c where c.id = any(v_ids) order by c.id for update;
    for r in
        select c.id, c.state, c.campaign_id, c.number, c.country, c.zone,
            k.name, k.max_attempts
        from contact c join campaign k on k.id = c.campaign_id
        where c.id = any(v_ids) and p_campaign in ('', k.name)
        order by c.id
    loop
        campaign := r.name;
        if v_barred or r.state = 'dnc' then
            what := 'on the do-not-call list';
        elsif r.state in ('claimed', 'dialing') then
            what := 'being called now';
        elsif r.zone = '' then
            what := 'held: its time zone is not known';
        else
            v_change := '{}';
            if r.number <> p_number then
                v_change := contact_alternate(r.id, false, p_number);
                if v_change is null then
                    what := case when campaign_quiet(r.campaign_id)
                        then 'that number cannot be used'
                        else 'an import is under way, try again later' end;
                    return next;
                    continue;
                end if;
            end if;
            if contact_finished(r.state) then
                v_change := v_change || (r.campaign_id, r.country, r.zone,
                    0, -1)::tally_change;
            end if;
            v_tally := v_tally || v_change;
            update contact c set state = 'pending', callback = true,
                due_at = coalesce(p_due, now()),
                priority = c.priority - c.shift + 1000, shift = 1000,
                uncounted = greatest(c.uncounted,
                    c.attempts - r.max_attempts + 1),
                data = case when jsonb_typeof(c.data) <> 'object' then c.data
                    else coalesce(c.data, '{}')
                    || jsonb_build_object('callback_by', p_who) end
            where c.id = r.id;
            what := 'will be called';
        end if;
        return next;
    end loop;
    perform tally_add(v_tally);
end $$;

-- A rest never shortens a longer block.  One row: blocked, or unchanged.
create function did_block(p_did bigint, p_until timestamptz, p_reason text)
returns table (id bigint, what text)
language plpgsql
as $$
#variable_conflict use_column
begin
    select d.id, case when d.state = 'blocked'
            and (d.blocked_until is null or d.blocked_until >= p_until)
        then 'unchanged' else 'blocked' end
    into id, what
    from did d where d.id = p_did for update;
    if not found then
        return;
    end if;
    if what = 'blocked' then
        update did d set state = 'blocked', blocked_until = p_until,
            block_reason = p_reason where d.id = p_did;
    end if;
    return next;
end $$;

-- --- questions --------------------------------------------------------------

-- What ended with each DID among the calls armed in a stretch of time.  Found
-- by campaign: there is no index on the time alone.  Lost and cancelled calls,
-- bad numbers and attempts that do not count say nothing of the caller ID.
create function did_health(p_from timestamptz, p_to timestamptz)
returns table (did_id bigint, calls bigint, answered bigint, rejected bigint)
language plpgsql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_custom_plan
as $$
begin
    return query
    select c.did_id, count(*), count(c.answered_at),
        count(*) filter (where c.disposition = 'rejected')
    from campaign k join call c on c.campaign_id = k.id
    where c.armed_at >= p_from and c.armed_at < p_to
        and c.state = 'ended' and not c.uncounted and c.disposition
            not in ('', 'lost', 'cancelled', 'invalid_number')
    group by c.did_id;
end $$;

-- All that is known of a number, one row per contact that has it; without any
-- contact one row whose state is null.  Calls: of the last 30 days, so that
-- not every day of the year is opened.
create function contact_why(p_number text)
returns table (campaign_id bigint, campaign text, list text, country text,
    zone text, state text, attempts int, uncounted int, due_ms bigint,
    last_disposition text, last_attempt_ms bigint, dnc boolean,
    dnc_list text, dnc_reason text, dnc_added_ms bigint, calls_24h int,
    oldest_24h_ms bigint, calls json)
language plpgsql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
    v_from timestamptz := date_trunc('day', now() - interval '24 hours',
        'UTC');
    v_n int;
    v_oldest timestamptz;
    d dnc;
begin
    select count(*), min(c.armed_at) into v_n, v_oldest from call c
    where c.number = p_number and c.armed_at >= v_from
        and not c.uncounted and c.armed_at > now() - interval '24 hours';
    select * into d from dnc n where n.number = p_number
    order by n.added_at limit 1;
    return query
    select c.campaign_id, k.name, c.list, c.country, c.zone, c.state,
        c.attempts, c.uncounted, ms_of_ts(c.due_at), c.last_disposition,
        ms_of_ts(c.last_attempt_at), d.id is not null, d.list, d.reason,
        ms_of_ts(d.added_at), v_n, ms_of_ts(v_oldest),
        (select json_agg(json_build_object('attempt', l.attempt,
            'number', l.number, 'at_ms', ms_of_ts(l.armed_at),
            'trunk', l.trunk, 'did', l.did_number,
            'did_why', coalesce(l.did_why, ''), 'uncounted', l.uncounted,
            'disposition', l.disposition))
         from (select x.* from call x where x.contact_id = c.id
                and x.armed_at >= v_from - interval '30 days'
            order by x.attempt desc limit 5) l)
    from (select 1) one
    left join contact c on c.id in (
        select a.id from contact a where a.number = p_number
        union
        select a.id from contact a where a.alternates is not null
            and a.alternates @> jsonb_build_array(
                jsonb_build_object('number', p_number)))
    left join campaign k on k.id = c.campaign_id
    order by k.name nulls last, c.id;
end $$;

-- The DID, with its uses of the latest day of each cap group; one row without
-- a group if it was not used lately.
create function did_why(p_number text)
returns table (id bigint, country text, area text, state text,
    blocked_until_ms bigint, block_reason text, weight int, cap_group text,
    usage_date date, uses int, cap int)
language sql stable
as $$
    select d.id, d.country, d.area, d.state, ms_of_ts(d.blocked_until),
        d.block_reason, d.weight, u.cap_group, u.usage_date, u.uses, u.cap
    from did d left join (
        select distinct on (x.did_id, x.cap_group) x.*
        from did_usage x join did y on y.id = x.did_id
        where y.number = p_number
            and x.usage_date >= (now() at time zone 'UTC')::date - 1
        order by x.did_id, x.cap_group, x.usage_date desc) u
        on u.did_id = d.id
    where d.number = p_number
    order by u.cap_group;
$$;

-- Old figures go.  Partitions of call never do: the record of who was called,
-- when and from which number is kept until a person drops it.
create function metric_trim(p_days int) returns bigint
language plpgsql as $$
declare
    n bigint;
begin
    with d as (delete from metric m using (
            select x.node, x.at from metric x
            where x.at < now() - p_days * interval '1 day'
            order by x.at limit 20000) o
        where m.node = o.node and m.at = o.at returning 1)
    select count(*) into n from d;
    return n;
end $$;
