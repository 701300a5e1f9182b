-- SPDX-License-Identifier: MIT
-- discador, schema version 8: contexts as flows with their versions, answering
-- machine profiles, what a call did in its flow, and what people answered.
--
-- The new columns have no default, so that no partition of call is written
-- anew.  Whoever records a call's answers holds that call's row: answer stands
-- right behind call in the order of locks of 002.

-- --- contexts ---------------------------------------------------------------

-- states   not empty: the states, each as one text (src/shared/flow.h)
-- version  grows with every change of the row
alter table dtmf_context
    add amd_profile text not null default '',
    add on_human text not null default 'prompt',
    add on_unsure text not null default 'prompt',
    add states text[] not null default '{}',
    add version int not null default 1;

-- What a context was in each of its versions.  Rows outlive the context: calls
-- refer to them by name and version.
create table dtmf_context_version (
    name               text not null,
    version            int not null,
    at                 timestamptz not null default now(),
    object             jsonb not null,
    primary key (name, version)
);

-- Nobody sets the version by hand.  One that is made anew under an old name
-- goes on where the old one ended.
create function dtmf_context_count() returns trigger
language plpgsql
set search_path = discador, pg_temp
as $$
begin
    if tg_op = 'UPDATE' then
        new.version := old.version;
        if to_jsonb(new) = to_jsonb(old) then
            return new;
        end if;
        if new.name = old.name then
            new.version := old.version + 1;
            return new;
        end if;
    end if;
    new.version := coalesce((select max(v.version)
        from dtmf_context_version v where v.name = new.name), 0) + 1;
    return new;
end $$;
create trigger dtmf_context_count before insert or update on dtmf_context
    for each row execute function dtmf_context_count();

-- Behind the row: an insert that finds the name taken leaves no version.
create function dtmf_context_keep() returns trigger
language plpgsql
set search_path = discador, pg_temp
as $$
begin
    insert into dtmf_context_version (name, version, object)
    values (new.name, new.version, to_jsonb(new) - 'id' - 'version')
    on conflict do nothing;
    return null;
end $$;
create trigger dtmf_context_keep after insert or update on dtmf_context
    for each row execute function dtmf_context_keep();

insert into dtmf_context_version (name, version, object)
select c.name, c.version, to_jsonb(c) - 'id' - 'version' from dtmf_context c;

-- Arguments of Asterisk's AMD(), its own defaults where nothing is said.
create table amd_profile (
    id                 bigserial primary key,
    name               text not null unique,
    initial_silence    int not null default 2500,
    greeting           int not null default 1500,
    after_greeting_silence int not null default 800,
    total_analysis_time int not null default 5000,
    min_word_length    int not null default 100,
    between_words_silence int not null default 50,
    maximum_number_of_words int not null default 3,
    silence_threshold  int not null default 256,
    maximum_word_length int not null default 5000,
    false_positive     double precision not null default 0
                       check (false_positive between 0 and 1)
);
insert into amd_profile (name) values ('default');

-- --- what a call did --------------------------------------------------------

-- context       and its version: what the call was sent with
-- amd_ms        from the answer to the verdict of detection
-- key_ms        from the beginning of the prompt to the last key that led on
-- key_early     a key came before anything was asked
-- keys_invalid  keys that led nowhere; null: none
alter table call
    add context text,
    add context_version int,
    add amd_ms int,
    add key_ms int,
    add key_early boolean,
    add keys_invalid int;

-- The last answer of a call to each question; number: the one that was called.
-- score of speech, 0 to 1000.
create table answer (
    call_id            uuid not null,
    campaign_id        bigint not null,
    contact_id         bigint not null,
    number             text not null,
    country            text not null,
    context            text not null,
    context_version    int,
    question           text not null,
    answer             text not null,
    score              real,
    at                 timestamptz not null,
    primary key (call_id, question)
);
create index answer_at on answer (at, call_id, question);
create index answer_context on answer (context, at);

alter type record_line
    add attribute context text,
    add attribute context_version int,
    add attribute amd_ms int,
    add attribute key_ms int,
    add attribute key_early boolean,
    add attribute keys_invalid int,
    add attribute answers jsonb;

-- As in 003, with what a call did in its flow.  The lines of a call are brought
-- into their order once: an order by in each aggregate would sort them anew
-- every time, which was more than half of the cost.  Invalid keys are counted
-- up in a call, so the most that any line knows of is right.
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
            context, context_version, amd_ms, key_ms, key_early, keys_invalid,
            answers, ord)
        order by id, armed_ms, rank desc, ord
    ), best as (
        select l.id, ts_of_ms(l.armed_ms) as at, max(l.rank) as rank,
            (array_agg(l.state))[1] as state,
            (array_agg(l.disposition))[1] as disposition,
            (array_agg(l.contact_state))[1] as contact_state,
            ts_of_ms((array_agg(l.due_ms))[1]) as due_at,
            (array_agg(l.uncounted))[1] as uncounted,
            (array_agg(l.shift))[1] as shift,
            (array_agg(l.cause)
                filter (where l.cause is not null))[1] as cause,
            (array_agg(l.sip_code)
                filter (where l.sip_code is not null))[1] as sip_code,
            (array_agg(l.trunk)
                filter (where l.trunk is not null))[1] as trunk,
            (array_agg(l.key)
                filter (where l.key is not null))[1] as key,
            (array_agg(l.amd)
                filter (where l.amd is not null))[1] as amd,
            (array_agg(l.amd_cause)
                filter (where l.amd_cause is not null))[1] as amd_cause,
            (array_agg(l.note)
                filter (where l.note is not null))[1] as note,
            (array_agg(l.setup_ms)
                filter (where l.setup_ms is not null))[1] as setup_ms,
            (array_agg(l.cps)
                filter (where l.cps is not null))[1] as cps,
            (array_agg(l.context)
                filter (where l.context is not null))[1] as context,
            (array_agg(l.context_version)
                filter (where l.context_version is not null))[1]
                as context_version,
            (array_agg(l.amd_ms)
                filter (where l.amd_ms is not null))[1] as amd_ms,
            (array_agg(l.key_ms)
                filter (where l.key_ms is not null))[1] as key_ms,
            bool_or(l.key_early) as key_early,
            max(l.keys_invalid) as keys_invalid,
            ts_of_ms(min(l.sent_ms)) as sent_at,
            ts_of_ms(min(l.ringing_ms)) as ringing_at,
            ts_of_ms(min(l.answered_ms)) as answered_at,
            ts_of_ms(min(l.connected_ms)) as connected_at,
            ts_of_ms((array_agg(l.ended_ms))[1]) as ended_at
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
            context = coalesce(b.context, c.context),
            context_version = coalesce(b.context_version, c.context_version),
            amd_ms = coalesce(b.amd_ms, c.amd_ms),
            key_ms = coalesce(b.key_ms, c.key_ms),
            key_early = coalesce(b.key_early, c.key_early),
            keys_invalid = greatest(b.keys_invalid, c.keys_invalid),
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
            cps_at_call = coalesce(c.cps_at_call, b.cps),
            context = coalesce(c.context, b.context),
            context_version = coalesce(c.context_version, b.context_version),
            amd_ms = coalesce(c.amd_ms, b.amd_ms),
            key_ms = coalesce(c.key_ms, b.key_ms),
            key_early = coalesce(c.key_early, b.key_early),
            keys_invalid = greatest(c.keys_invalid, b.keys_invalid)
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

-- Of the answers to one question the latest stays, whatever the order in which
-- the lines come; the same line again writes nothing.  Without a time (the
-- switch's record tells what was left in the end) an answer is as late as the
-- end of the call, unless it is the one that is known.
create function record_answers(p_lines record_line[]) returns void
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_custom_plan
as $$
declare
    v_from timestamptz := (select date_trunc('day',
        ts_of_ms(min(l.armed_ms)), 'UTC') from unnest(p_lines) l);
begin
    insert into answer as t (call_id, campaign_id, contact_id, number,
        country, context, context_version, question, answer, score, at)
    select distinct on (c.id, e.q) c.id, c.campaign_id, c.contact_id,
        c.number, c.country, coalesce(c.context, ''), c.context_version, e.q,
        e.a, e.score, w.at
    from unnest(p_lines) with ordinality as l(id, armed_ms, contact_id,
        state, disposition, cause, sip_code, trunk, sent_ms, ringing_ms,
        answered_ms, connected_ms, ended_ms, key, amd, amd_cause, note,
        setup_ms, cps, optout, contact_state, due_ms, uncounted, shift,
        context, context_version, amd_ms, key_ms, key_early, keys_invalid,
        answers, ord)
    join call c on c.id = l.id and c.armed_at = ts_of_ms(l.armed_ms)
    cross join lateral jsonb_to_recordset(l.answers)
        as e(q text, a text, score real, ms bigint)
    cross join lateral (select case when e.ms is not null
        then coalesce(c.answered_at, c.connected_at, c.sent_at, c.armed_at)
            + e.ms * interval '1 ms'
        else coalesce(c.ended_at, now()) end as at) w
    where c.armed_at >= v_from and l.answers is not null
        and e.q <> '' and e.a is not null
        and (e.ms is not null or not exists (select from answer o
            where o.call_id = c.id and o.question = e.q and o.answer = e.a))
    order by c.id, e.q, w.at desc, l.ord desc
    on conflict (call_id, question) do update set answer = excluded.answer,
        score = excluded.score, at = excluded.at
    where excluded.at >= t.at
        and (excluded.answer, excluded.score, excluded.at)
            is distinct from (t.answer, t.score, t.at);
end $$;

-- As in 003, and with answers.
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
    if exists (select from unnest(v_lines) l where l.answers is not null) then
        perform record_answers(v_lines);
    end if;
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

-- --- questions --------------------------------------------------------------

create or replace view v_performance_by_country as
select country, count(*) as attempted,
    count(answered_at) as answered,
    count(*) filter (where state = 'ended' and answered_at is null) as failed,
    count(*) filter (where disposition = 'connected') as connected,
    count(answered_at)::float8 / nullif(count(*), 0) as asr,
    avg(setup_ms) as setup_ms,
    count(*) filter (where disposition = 'completed') as completed
from call where sent_at is not null and armed_at >= date_trunc('day', now())
group by country;

-- As in 005, with what a call did in its flow.
create or replace function number_history(p_number text) returns json
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
        'setup_ms', l.setup_ms, 'note', l.note, 'did_why', l.did_why,
        'context', l.context, 'context_version', l.context_version,
        'amd_cause', l.amd_cause, 'amd_ms', l.amd_ms, 'key_ms', l.key_ms,
        'key_early', l.key_early, 'keys_invalid', l.keys_invalid,
        'answers', (select json_agg(json_build_object('question', a.question,
                'answer', a.answer, 'at', iso_of_ts(a.at))
                order by a.at, a.question)
            from answer a where a.call_id = l.id))
        order by l.armed_at desc), '[]')
    from (select c.* from call c where c.number = p_number
            and c.armed_at >= now() - interval '30 days'
        order by c.armed_at desc limit 200) l
    left join campaign k on k.id = l.campaign_id;
$$;
