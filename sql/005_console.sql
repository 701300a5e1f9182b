-- SPDX-License-Identifier: MIT
-- discador, schema version 5: what the console asks for: what became of the
-- calls of a campaign or of one caller ID, caller IDs blocked by hand, test
-- calls.

-- The two indexes are built in the migration's one transaction.  Whoever
-- writes to call or contact waits until it is through: engines of other nodes
-- stop dialling meanwhile, what ends is spooled.  About 0.8 s for a million
-- calls and 1.2 s for a million contacts (PostgreSQL 15, all in memory): for
-- 10 million of each stop the engines, and allow a minute or two.

-- The newest calls of a caller ID.  Neither column changes, so that the steps
-- of a call stay heap-only updates.
create index call_did on call (did_id, armed_at);
-- Who waits for another attempt; the others are most of a list and not in it.
create index contact_recycle on contact (campaign_id, due_at)
    where state = 'pending' and attempts > 0;

create function iso_of_ts(t timestamptz) returns text
language sql stable strict parallel safe
return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- What a campaign's calls came to that were sent at or after p_from, and what
-- waits.  One walk over the calls.  A human is who answered and is no machine
-- (engine/count.c).  Null: there is no such campaign.
create function details_campaign(p_name text, p_from timestamptz)
returns json
language plpgsql stable
set enable_seqscan = off
as $$
declare
    v_id bigint := (select k.id from campaign k where k.name = p_name);
    v_json json;
begin
    if v_id is null then
        return null;
    end if;
    with c as (
        select l.disposition, l.attempt, l.trunk, l.did_number, l.key_pressed,
            l.answered_at is not null as answered,
            l.answered_at is not null and l.disposition <> 'machine'
                and l.amd is distinct from 'MACHINE' as human,
            l.connected_at is not null or l.disposition = 'connected'
                as connected
        from call l
        where l.campaign_id = v_id and l.sent_at >= p_from
            and l.armed_at >= p_from - interval '1 hour'
    ), g as (
        select grouping(disposition, attempt, trunk, did_number, key_pressed)
                as what,
            disposition, attempt, trunk, did_number, key_pressed,
            count(*) as calls,
            count(*) filter (where answered) as answered,
            count(*) filter (where human) as human,
            count(key_pressed) as keys,
            count(*) filter (where connected) as connected
        from c group by grouping sets ((disposition), (attempt), (trunk),
            (did_number), (key_pressed), ())
    ), w as (
        select case when k.due_at <= now() then 'now'
                when k.due_at < now() + interval '48 hours' then 'hour'
                else 'later' end as bin,
            case when k.due_at > now()
                    and k.due_at < now() + interval '48 hours'
                then date_trunc('hour', k.due_at, 'UTC') end as at,
            count(*) as contacts
        from contact k
        where k.campaign_id = v_id and k.state = 'pending' and k.attempts > 0
        group by 1, 2
    )
    select json_build_object(
        'from', iso_of_ts(p_from),
        'dispositions', (select coalesce(json_object_agg(g.disposition,
                g.calls order by g.calls desc), '{}')
            from g where g.what = 15 and g.disposition <> ''),
        'recycle', (select coalesce(json_agg(json_build_object(
                'at', iso_of_ts(w.at), 'contacts', w.contacts)
                order by w.at), '[]')
            from w where w.bin = 'hour'),
        'due_now', (select coalesce(sum(w.contacts), 0) from w
            where w.bin = 'now'),
        'later', (select coalesce(sum(w.contacts), 0) from w
            where w.bin = 'later'),
        'attempts', (select coalesce(json_agg(json_build_object(
                'attempt', g.attempt, 'calls', g.calls,
                'answered', g.answered) order by g.attempt), '[]')
            from g where g.what = 23),
        'trunks', (select coalesce(json_agg(json_build_object(
                'trunk', g.trunk, 'calls', g.calls, 'answered', g.answered,
                'connected', g.connected) order by g.calls desc, g.trunk),
                '[]')
            from g where g.what = 27),
        'dids', json_build_object(
            'used', (select count(*) from g where g.what = 29),
            'top', (select coalesce(json_agg(json_build_object(
                    'number', t.did_number, 'calls', t.calls,
                    'answered', t.answered)
                    order by t.calls desc, t.did_number), '[]')
                from (select * from g where g.what = 29
                    order by g.calls desc, g.did_number limit 20) t)),
        'keys', (select coalesce(json_agg(json_build_object(
                'key', g.key_pressed, 'calls', g.calls)
                order by g.calls desc, g.key_pressed), '[]')
            from g where g.what = 30 and g.key_pressed is not null),
        'funnel', (select json_build_object('dialled', g.calls,
                'answered', g.answered, 'human', g.human, 'key', g.keys,
                'connected', g.connected)
            from g where g.what = 31))
    into v_json;
    return v_json;
end $$;

-- One caller ID: uses in each of the last 24 hours, the oldest first, uses of
-- the last 14 days, its newest calls.  Null: there is no such caller ID.
create function details_did(p_number text) returns json
language plpgsql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    d did;
    v_from timestamptz := date_trunc('hour', now(), 'UTC')
        - interval '23 hours';
    v_hours json;
begin
    select * into d from did x where x.number = p_number;
    if not found then
        return null;
    end if;
    select json_agg(coalesce(u.n, 0) order by h.i) into v_hours
    from generate_series(0, 23) h(i)
    left join (
        select floor(extract(epoch from c.armed_at - v_from) / 3600)::int
                as i,
            count(*) as n
        from call c where c.did_id = d.id and c.armed_at >= v_from
        group by 1) u on u.i = h.i;
    return json_build_object(
        'number', d.number, 'country', d.country, 'area', d.area,
        'state', case when d.state = 'blocked' and (d.blocked_until is null
            or d.blocked_until > now()) then 'blocked' else 'active' end,
        'blocked_until', iso_of_ts(d.blocked_until),
        'block_reason', d.block_reason,
        'from', iso_of_ts(v_from), 'hours', v_hours,
        'usage', (select coalesce(json_agg(json_build_object(
                'cap_group', u.cap_group, 'usage_date', u.usage_date,
                'uses', u.uses, 'cap', u.cap)
                order by u.usage_date desc, u.cap_group), '[]')
            from did_usage u
            where u.did_id = d.id and u.usage_date
                >= (now() at time zone 'UTC')::date - 14),
        'calls', (select coalesce(json_agg(json_build_object(
                'at', iso_of_ts(l.armed_at), 'number', l.number,
                'campaign', k.name, 'state', l.state,
                'disposition', l.disposition, 'key', l.key_pressed,
                'setup_ms', l.setup_ms) order by l.armed_at desc), '[]')
            from (select c.* from call c where c.did_id = d.id
                    and c.armed_at >= now() - interval '30 days'
                order by c.armed_at desc limit 50) l
            left join campaign k on k.id = l.campaign_id));
end $$;

-- All calls to a number in the last 30 days, the newest first, at most 200.
create function number_history(p_number text) returns json
language sql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
    select coalesce(json_agg(json_build_object(
        'id', l.id, 'number', l.number, 'did', l.did_number,
        'country', l.country, 'campaign', k.name, 'trunk', l.trunk,
        'state', l.state, 'attempt', l.attempt,
        'armed', iso_of_ts(l.armed_at), 'sent', iso_of_ts(l.sent_at),
        'ringing', iso_of_ts(l.ringing_at),
        'answered', iso_of_ts(l.answered_at),
        'connected', iso_of_ts(l.connected_at),
        'ended', iso_of_ts(l.ended_at),
        'disposition', l.disposition, 'cause', l.cause,
        'sip_code', l.sip_code, 'key', l.key_pressed, 'amd', l.amd,
        'setup_ms', l.setup_ms, 'note', l.note, 'did_why', l.did_why)
        order by l.armed_at desc), '[]')
    from (select c.* from call c where c.number = p_number
            and c.armed_at >= now() - interval '30 days'
        order by c.armed_at desc limit 200) l
    left join campaign k on k.id = l.campaign_id;
$$;

-- A call to one number with one context, by way of a campaign that is made
-- for it, so that every gate holds.  One row: the campaign, and what becomes
-- of it: "will be called", or why not.
create function context_test(p_context text, p_number text, p_country text,
    p_zone text, p_trunk text, p_who text)
returns table (campaign text, done boolean, what text)
language plpgsql
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    v_name text := 'test-' || p_context;
    v_trunks text[];
    v_profile text;
    d dnc;
    c campaign;
    k contact;
begin
    campaign := v_name;
    done := false;
    select * into d from dnc n where n.number = p_number
    order by n.added_at limit 1;
    if found then
        what := format('on the do-not-call list "%s"%s', d.list,
            case when d.reason <> '' then ': ' || d.reason else '' end);
        return next;
        return;
    end if;
    v_trunks := case when p_trunk <> '' then array(
        select t.name from trunk t where t.name = p_trunk and t.enabled)
        else array(select t.name from trunk t where t.enabled
            order by t.priority, t.name limit 8) end;
    v_profile := (select p.name from performance_profile p
        order by p.name <> 'default', p.name limit 1);
    -- Not against those who refer to it: a contact, a tally.
    select * into c from campaign x where x.name = v_name
    for no key update;
    what := case
        when not exists (select from dtmf_context x where x.name = p_context)
            then format('there is no context "%s"', p_context)
        when v_trunks = '{}' and p_trunk <> ''
            then format(case when exists (
                    select from trunk t where t.name = p_trunk)
                then 'trunk "%s" is not enabled'
                else 'there is no trunk "%s"' end, p_trunk)
        when v_trunks = '{}' then 'no trunk is enabled'
        when v_profile is null then 'there is no performance profile'
        when c.id is not null and (c.context <> p_context
                or c.lists <> '{}' or c.max_attempts <> 1)
            then format('campaign %s is there already and is not made for'
                ' tests of this context', v_name)
        when c.id is not null and c.state <> 'running' and exists (
                select from contact x where x.campaign_id = c.id
                    and x.state = 'pending' and x.number <> p_number)
            then format('campaign %s is %s and other numbers wait in it:'
                ' discador campaign start %s', v_name, c.state, v_name)
        when c.id is not null and not campaign_quiet(c.id)
            then 'an import is under way, try again later' end;
    if what is not null then
        return next;
        return;
    end if;
    insert into campaign as x (name, state, context, trunks, profile, max_cps,
        max_attempts)
    values (v_name, 'running', p_context, v_trunks, v_profile, 1, 1)
    on conflict (name) do update set state = 'running',
        trunks = excluded.trunks
    returning * into c;
    select * into k from contact x
    where x.campaign_id = c.id and x.number = p_number for update;
    if not found then
        insert into contact (campaign_id, number, country, zone, priority,
            shift, callback, data)
        values (c.id, p_number, p_country, p_zone, 1000, 1000, true,
            jsonb_build_object('callback_by', p_who));
        perform tally_add(array[
            (c.id, p_country, p_zone, 1, 0)::tally_change]);
    elsif k.state in ('claimed', 'dialing') then
        what := 'being called now';
        return next;
        return;
    else
        update contact x set state = 'pending', callback = true,
            due_at = now(), priority = x.priority - x.shift + 1000,
            shift = 1000, uncounted = greatest(x.uncounted, x.attempts),
            data = jsonb_build_object('callback_by', p_who)
        where x.id = k.id;
        if contact_finished(k.state) then
            perform tally_add(array[
                (c.id, k.country, k.zone, 0, -1)::tally_change]);
        end if;
    end if;
    done := true;
    what := 'will be called';
    return next;
end $$;

-- As in 002; a question of a person that reads the default partition must not
-- hold up the engines: whoever attaches a partition locks that one, and every
-- claim and record would queue behind that lock.  So it is taken for a moment
-- at a time until the question is over (it is cut after 5 s).
create or replace function ensure_partitions(p_days int,
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
        for v_try in 1..40 loop
            begin
                perform set_config('lock_timeout',
                    case when v_try < 40 then '50ms' else '0' end, true);
                lock table call_rest in access exclusive mode;
                exit;
            exception when lock_not_available then
                perform pg_sleep(0.2);
            end;
        end loop;
        perform set_config('lock_timeout', '0', true);
        if exists (select from call_rest
                where armed_at >= v_from and armed_at < v_to) then
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
