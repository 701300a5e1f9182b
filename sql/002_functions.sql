-- SPDX-License-Identifier: MIT
-- discador, schema version 2: the functions the engine calls.  One call is one
-- statement and one transaction; src/db/calls.h says what each promises.
--
-- Locks are always taken in this order, and rows of one table by ascending
-- key, so that engines and imports never wait for each other in a circle:
--     call -> dnc -> contact -> did_usage -> campaign_tally
--
-- The planner settings on the functions: plans are made once per connection,
-- perhaps while the tables are still empty, and must be right for millions.
-- Do-not-call is asked by a scalar subquery with a limit: exists () would be
-- turned into a hash of the whole list.

-- --- small words ------------------------------------------------------------

create function ts_of_ms(ms bigint) returns timestamptz
language sql immutable strict parallel safe
return to_timestamp(ms / 1000.0::float8);

create function ms_of_ts(t timestamptz) returns bigint
language sql immutable strict parallel safe
return (extract(epoch from t) * 1000)::bigint;

-- How far a call has come.  unknown stands right behind sent: a call that is
-- asked for at the switch and found alive goes on from there.  lost ranks
-- below every other end, so that a true outcome may still replace it.
create function call_rank(state text, disposition text) returns int
language sql immutable parallel safe
return case when state = 'ended'
    then case when coalesce(disposition, '') in ('lost', '') then 20 else 21 end
    else coalesce(array_position(array['armed', 'sent', 'unknown', 'ringing',
        'answered', 'amd', 'playing', 'waiting-key', 'transferring',
        'connected', 'voicemail'], state), 0) end;

create function contact_finished(state text) returns boolean
language sql immutable strict parallel safe
return state in ('done', 'exhausted', 'dnc');

-- These contacts have just come to their end: count them, once.
create function tally_finished(p_contacts bigint[]) returns void
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    if cardinality(p_contacts) > 0 then
        insert into campaign_tally as t (campaign_id, country, zone, finished)
        select c.campaign_id, c.country, c.zone, count(*)
        from contact c
        where c.id = any(p_contacts) and c.campaign_id is not null
        group by 1, 2, 3
        order by 1, 2, 3
        on conflict (campaign_id, country, zone)
        do update set finished = t.finished + excluded.finished;
    end if;
end $$;

-- --- claim and back ---------------------------------------------------------

-- The index contact_due is walked once per (country, zone, priority): within
-- one priority it is ordered by due_at, so a walk ends at the first contact
-- that is not due, however long the list.
create function claim(p_node text, p_campaign bigint, p_countries text[],
    p_zones text[], p_limit int, p_lease_s int)
returns table (id bigint, number text, country text, zone text, attempts int)
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
                    when c.attempts >= v_max then 'exhausted'
                    else 'claimed' end as state
                from picked p join contact c on c.id = p.id
            ), taken as (
                update contact c set state = j.state,
                    lease_node = case j.state when 'claimed' then p_node end,
                    lease_until = case j.state when 'claimed'
                        then now() + p_lease_s * interval '1 second' end
                from judged j where c.id = j.id
                returning c.id, c.number, c.country, c.zone, c.attempts,
                    c.state, j.priority, j.due_at
            )
            select * from taken t order by t.priority desc, t.due_at, t.id
        loop
            if r.state = 'claimed' then
                id := r.id;
                number := r.number;
                country := r.country;
                zone := r.zone;
                attempts := r.attempts;
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

create function release(p_node text, p_contacts bigint[]) returns bigint
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
    update contact c
    set state = 'pending', lease_node = null, lease_until = null
    from l where c.id = l.id;
    get diagnostics n = row_count;
    return n;
end $$;

create function release_all(p_node text) returns bigint
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    n bigint;
begin
    with l as (
        select c.id from contact c
        where c.state = 'claimed'
            and (c.lease_node = p_node or c.lease_until < now())
        order by c.id for update skip locked)
    update contact c
    set state = 'pending', lease_node = null, lease_until = null
    from l where c.id = l.id;
    get diagnostics n = row_count;
    return n;
end $$;

-- Earliest due_at of a campaign's pending contacts, by skipping from one
-- (country, zone, priority) to the next: no index of its own to maintain.
create function next_due(p_campaign bigint) returns timestamptz
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off
as $$
declare
    g record;
    v_country text := '';
    v_zone text := '';
    v_priority bigint := 1::bigint << 40;
    v_due timestamptz;
begin
    loop
        select c.country, c.zone, c.priority, c.due_at into g from contact c
        where c.campaign_id = p_campaign and c.country = v_country
            and c.zone = v_zone and c.state = 'pending'
            and c.priority < v_priority
        order by c.priority desc, c.due_at limit 1;
        if not found then
            select c.country, c.zone into g from contact c
            where c.campaign_id = p_campaign and c.state = 'pending'
                and (c.country, c.zone) > (v_country, v_zone)
            order by c.country, c.zone limit 1;
            exit when not found;
            v_country := g.country;
            v_zone := g.zone;
            v_priority := 1::bigint << 40;
            continue;
        end if;
        v_priority := g.priority;
        v_due := least(v_due, g.due_at);
    end loop;
    return v_due;
end $$;

-- --- arm and back -----------------------------------------------------------

create type arm_row as (ord int, id uuid, armed_ms bigint, contact_id bigint,
    campaign_id bigint, did_id bigint, did_number text, cap_group text,
    usage_date date, cap int, number text, country text, zone text,
    trunk text);

-- verdict: 0 armed, 1 dnc, 2 capped, 3 gone (enum arm_verdict).  A row that
-- this node has armed already (its answer was lost) is answered as armed.
create function arm(p_node text, p_rows json)
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
            and (c.attempts >= k.max_attempts
                or (select true from dnc n
                    where n.number = c.number limit 1))
        returning c.id)
    select array_agg(f.id) into v_finished from f;

    insert into did_usage (did_id, cap_group, usage_date, cap)
    select r.did_id, r.cap_group, r.usage_date, max(r.cap)
    from unnest(v_rows) r join did d on d.id = r.did_id
    group by 1, 2, 3 order by 1, 2, 3
    on conflict do nothing;
    perform from did_usage u join (
        select distinct r.did_id, r.cap_group, r.usage_date
        from unnest(v_rows) r) k using (did_id, cap_group, usage_date)
    order by u.did_id, u.cap_group, u.usage_date for update of u;

    -- From here on contacts and usage rows are ours and hold still.
    return query
    with cand as (
        select r.ord, r.id, ts_of_ms(r.armed_ms) as armed_at, r.contact_id,
            r.campaign_id, r.did_id, r.did_number, r.cap_group, r.usage_date,
            r.cap, r.number, r.country, r.zone, r.trunk,
            c.attempts, u.uses, u.cap as old_cap, case
            when r.id = any(v_again) then -1
            when c.state = 'dnc' then 1
            when c.state is distinct from 'claimed'
                or c.lease_node is distinct from p_node
                or c.campaign_id is distinct from r.campaign_id
                or c.number <> r.number
                or row_number() over (partition by r.contact_id
                    order by r.ord) > 1 then 3
            when u.did_id is null then 2
            else 0 end as pre
        from unnest(v_rows) r
        left join contact c on c.id = r.contact_id
        left join did_usage u on u.did_id = r.did_id
            and u.cap_group = r.cap_group and u.usage_date = r.usage_date
    ), judged as (
        -- The n-th candidate for a DID needs room for n.
        select d.*, case
            when d.pre = -1 then 0
            when d.pre = 0 and d.cap > 0 and d.uses + row_number() over (
                partition by d.did_id, d.cap_group, d.usage_date, d.pre
                order by d.ord) > d.cap then 2
            else d.pre end as verdict
        from cand d
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
            node, state, armed_at)
        select j.id, j.campaign_id, j.contact_id, j.attempts + 1, j.did_id,
            j.did_number, j.cap_group, j.usage_date, j.number, j.country,
            j.zone, coalesce(j.trunk, ''), p_node, 'armed', j.armed_at
        from judged j where j.pre = 0 and j.verdict = 0
    ), dialled as (
        update contact c set state = 'dialing', attempts = c.attempts + 1,
            last_attempt_at = j.armed_at, lease_node = null,
            lease_until = null
        from judged j
        where c.id = j.contact_id and j.pre = 0 and j.verdict = 0
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

create function unarm(p_node text, p_ids uuid[], p_armed_ms bigint[])
returns bigint
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_gone call[];
    v_ids bigint[];
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
            where p.contact_id = c.id and p.attempt = c.attempts - 1)
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

create type record_line as (id uuid, armed_ms bigint, contact_id bigint,
    state text, disposition text, cause int, sip_code int, trunk text,
    sent_ms bigint, ringing_ms bigint, answered_ms bigint,
    connected_ms bigint, ended_ms bigint, key text, amd text, amd_cause text,
    note text, setup_ms int, cps real, optout boolean, contact_state text,
    due_ms bigint);
create type record_end as (contact_id bigint, attempt int, state text,
    due_at timestamptz, disposition text);

-- The lines of one call are folded into one, the furthest state first; what
-- the row knows already from a further state stays.  Within one state that
-- is not an end, later lines only fill in what is still unknown.
-- v_known: the calls that are in the table.  Planned anew each time, so that
-- v_from leaves only the partitions from that day on: a generic plan would
-- lock and open every day of the year.  A whole day and no upper bound,
-- because the planner takes a narrow range for a few rows and then reads the
-- partition from end to end.
create function record_calls(p_lines record_line[],
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
            setup_ms, cps, optout, contact_state, due_ms, ord)
    ), best as (
        select l.id, ts_of_ms(l.armed_ms) as at, max(l.rank) as rank,
            (array_agg(l.state order by l.rank desc, l.ord))[1] as state,
            (array_agg(l.disposition order by l.rank desc, l.ord))[1]
                as disposition,
            (array_agg(l.contact_state order by l.rank desc, l.ord))[1]
                as contact_state,
            ts_of_ms((array_agg(l.due_ms order by l.rank desc, l.ord))[1])
                as due_at,
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
            cps_at_call = coalesce(b.cps, c.cps_at_call)
        from best b
        where c.id = b.id and c.armed_at = b.at
            and c.armed_at >= v_from
            and b.rank > call_rank(c.state, c.disposition)
        returning c.contact_id, c.attempt, b.rank, b.contact_state, b.due_at,
            c.disposition
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
        coalesce(d.contact_state, 'done'), d.due_at,
        d.disposition)::record_end) into v_ends
    from done d where d.rank >= 20;
end $$;

-- Ends reach their contact if it is still at that attempt and nobody has
-- claimed it again; one that is finished stays finished.
create function record(p_lines json) returns table (id uuid)
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
        with u as (
            update contact c set
                state = case
                    when o.state = 'dnc' or (contact_finished(o.state)
                        and not contact_finished(e.state)) then o.state
                    else e.state end,
                due_at = case when e.state = 'pending'
                    then coalesce(e.due_at, c.due_at) else c.due_at end,
                last_disposition = e.disposition
            from unnest(v_ends) e join contact o on o.id = e.contact_id
            where c.id = e.contact_id and c.attempts = e.attempt
                and c.state in ('dialing', 'pending', 'done', 'exhausted',
                    'dnc')
            returning c.id, c.state, o.state as was)
        select array_agg(u.id) into v_finished from u
        where contact_finished(u.state) and not contact_finished(u.was);
        with u as (
            update contact c set state = 'dnc'
            where c.id = any(v_ids) and c.number = any(v_out)
                and c.state in ('pending', 'held')
            returning c.id)
        select v_finished || array_agg(u.id) into v_finished from u;
        perform tally_finished(v_finished);
    end if;

    return query select u.known from unnest(v_known) as u(known);
end $$;

-- --- lists and partitions ---------------------------------------------------

-- One step of giving a campaign the contacts of its lists that belong to
-- nobody: at most p_limit, behind (p_list, p_number) of the step before; null
-- to begin.  A number that the campaign has already stays in its list.
create function attach_lists(p_campaign bigint, p_list text, p_number text,
    p_limit int, p_before bigint)
returns table (attached bigint, list text, number text, more boolean)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
    v_list text;
    v_ids bigint[];
    v_n bigint;
begin
    for v_list in
        select distinct x from campaign k, unnest(k.lists) x
        where k.id = p_campaign and (p_list is null or x >= p_list)
        order by x
    loop
        select array_agg(b.id), max(b.number), v_list
        into v_ids, number, list
        from (select c.id, c.number from contact c
            where c.campaign_id is null and c.list = v_list
                and c.number > case when v_list = p_list
                    then p_number else '' end
            order by c.number limit p_limit) b;
        exit when v_ids is not null;
    end loop;
    attached := p_before;
    more := v_ids is not null;
    if not more then
        return next;
        return;
    end if;
    perform from contact c where c.id = any(v_ids) order by c.id for update;
    with m as (
        update contact c set campaign_id = p_campaign
        where c.id = any(v_ids) and c.campaign_id is null
            and not exists (select from contact o
                where o.campaign_id = p_campaign and o.number = c.number)
        returning c.country, c.zone, c.state
    ), t as (
        insert into campaign_tally as t
            (campaign_id, country, zone, total, finished)
        select p_campaign, m.country, m.zone, count(*),
            count(*) filter (where contact_finished(m.state))
        from m group by 2, 3 order by 2, 3
        on conflict (campaign_id, country, zone)
        do update set total = t.total + excluded.total,
            finished = t.finished + excluded.finished)
    select count(*) into v_n from m;
    attached := p_before + v_n;
    return next;
end $$;

-- One partition of call per UTC day, from p_today over p_days more.  Rows
-- that went to the default partition meanwhile are moved.
create function ensure_partitions(p_days int,
    p_today date default (now() at time zone 'UTC')::date) returns int
language plpgsql as $$
declare
    v_day date;
    v_name text;
    v_from timestamptz;
    v_to timestamptz;
    v_made int := 0;
begin
    for v_day in
        select d::date from generate_series(p_today::timestamp,
            p_today + least(p_days, 400) * interval '1 day', '1 day') d
    loop
        v_name := 'call_' || to_char(v_day, 'YYYYMMDD');
        continue when to_regclass(v_name) is not null;
        -- Another engine may be doing the same.
        perform pg_advisory_xact_lock(7310582937610447);
        continue when to_regclass(v_name) is not null;
        v_from := v_day::timestamp at time zone 'UTC';
        v_to := (v_day + 1)::timestamp at time zone 'UTC';
        execute format('create table %I (like call including defaults'
            ' including constraints) with (fillfactor = 80)', v_name);
        if exists (select from call_rest
                where armed_at >= v_from and armed_at < v_to) then
            lock table call_rest in access exclusive mode;
            execute format('with m as (delete from call_rest where'
                ' armed_at >= $1 and armed_at < $2 returning *)'
                ' insert into %I select * from m', v_name)
                using v_from, v_to;
        end if;
        execute format('alter table call attach partition %I'
            ' for values from (%L) to (%L)', v_name, v_from, v_to);
        v_made := v_made + 1;
    end loop;
    return v_made;
end $$;
