-- SPDX-License-Identifier: MIT
-- discador, schema version 1: the tables.  002 holds the functions.
-- Run by db_schema in one transaction under an advisory lock, with
-- search_path = discador.  Forward-only: never edit a file that has shipped.

create table country (
    id                 bigserial primary key,
    name               text not null unique,
    region             text not null unique,
    did_daily_cap      int not null default 0 check (did_daily_cap >= 0),
    cap_group          text not null default '',
    cap_zone           text not null default 'UTC',
    cap_reset          text not null default '00:00',
    call_from          text not null default '09:00',
    call_to            text not null default '20:00',
    weekdays           text not null default 'mon-fri',
    saturday           text not null default '',
    sunday             text not null default '',
    consent_required   boolean not null default false,
    context            text not null default '',
    source             text not null default '',
    as_of              text not null default '',
    confidence         text not null default ''
);

create table dtmf_context (
    id                 bigserial primary key,
    name               text not null unique,
    country            text not null default '',
    connect_key        text not null default '1',
    disconnect_key     text not null default '9',
    repeat_key         text not null default '0',
    menu_timeout       int not null default 10,
    retries            int not null default 1,
    prompt             text not null default '',
    prompt_connect     text not null default '',
    prompt_goodbye     text not null default '',
    prompt_machine     text not null default '',
    destination        text not null default 'queue:sales',
    ring_timeout       int not null default 20,
    amd                boolean not null default true,
    on_machine         text not null default 'hangup'
);

create table trunk (
    id                 bigserial primary key,
    name               text not null unique,
    switch_name        text not null default '',
    channel            text not null default 'PJSIP/{number}@carrier',
    caller_id          text not null default '{did}',
    max_cps            double precision not null default 30,
    max_channels       int not null default 500,
    weight             int not null default 1,
    priority           int not null default 1,
    enabled            boolean not null default true
);

create table performance_profile (
    id                 bigserial primary key,
    name               text not null unique,
    max_cps            double precision not null default 30,
    initial_cps        double precision not null default 5,
    ramp_up_step       double precision not null default 2,
    ramp_up_interval   int not null default 10,
    max_concurrent_calls int not null default 500,
    emergency_brake_threshold double precision not null default 0.1,
    quality_threshold  double precision not null default 0.8,
    quality_metric     text not null default 'ner',
    auto_adjust_cps    boolean not null default true
);

create table campaign (
    id                 bigserial primary key,
    name               text not null unique,
    state              text not null default 'stopped'
                       check (state in ('running', 'paused', 'stopped')),
    mode               text not null default 'broadcast',
    trunks             text[] not null default '{}',
    lists              text[] not null default '{}',
    context            text not null default '',
    profile            text not null default 'default',
    max_cps            double precision not null default 30,
    max_attempts       int not null default 3 check (max_attempts > 0),
    retry              jsonb not null default '{}',
    call_from          text not null default '00:00',
    call_to            text not null default '24:00',
    weekdays           text not null default 'mon-sun',
    dial_timeout       int not null default 30,
    weight             int not null default 1,
    consented          boolean not null default false,
    created_at         timestamptz not null default now()
);

-- What is left to do, by country and zone set: kept by the import and record
-- transactions, so that neither a claim nor the screen ever counts the list.
create table campaign_tally (
    campaign_id        bigint not null references campaign on delete cascade,
    country            text not null,
    zone               text not null,
    total              bigint not null default 0,
    finished           bigint not null default 0,
    primary key (campaign_id, country, zone)
) with (fillfactor = 50);

-- state: pending   to be called when due_at has come
--        claimed   leased by lease_node until lease_until, not yet armed
--        dialing   a call row of this contact is not ended
--        done      reached its end (last_disposition)
--        exhausted no attempts left
--        dnc       on the do-not-call list
--        held      zone unknown: a person must decide
create table contact (
    id                 bigserial primary key,
    campaign_id        bigint references campaign on delete cascade,
    list               text not null default '',
    number             text not null check (number ~ '^\+[1-9][0-9]{5,14}$'),
    country            text not null,
    zone               text not null,
    state              text not null default 'pending' check (state in
        ('pending', 'claimed', 'dialing', 'done', 'exhausted', 'dnc', 'held')),
    attempts           int not null default 0,
    last_attempt_at    timestamptz,
    last_disposition   text not null default '',
    due_at             timestamptz not null default now(),
    priority           int not null default 0,
    lease_node         text,
    lease_until        timestamptz,
    name               text not null default '',
    data               jsonb,
    created_at         timestamptz not null default now()
);
create unique index contact_campaign_number on contact (campaign_id, number)
    where campaign_id is not null;
create unique index contact_list_number on contact (list, number)
    where campaign_id is null;
create index contact_number on contact (number);
-- The claim walks this one from its left end: its cost does not grow.
create index contact_due on contact (campaign_id, country, zone,
    priority desc, due_at, id) where state = 'pending';
create index contact_lease on contact (lease_node, lease_until)
    where state = 'claimed';
-- A list is a queue: its dead rows and its statistics must not wait for 20 %.
alter table contact set (autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02);

create table did (
    id                 bigserial primary key,
    number             text not null unique
                       check (number ~ '^\+[1-9][0-9]{5,14}$'),
    country            text not null,
    area               text not null default '',
    state              text not null default 'active'
                       check (state in ('active', 'blocked')),
    blocked_until      timestamptz,
    block_reason       text not null default '',
    weight             int not null default 1,
    created_at         timestamptz not null default now()
);

-- The cap.  Whoever writes, the 101st use is refused here.
create table did_usage (
    did_id             bigint not null references did on delete cascade,
    cap_group          text not null,
    usage_date         date not null,
    uses               int not null default 0 check (uses >= 0),
    cap                int not null default 0 check (cap >= 0),
    primary key (did_id, cap_group, usage_date),
    constraint did_usage_cap check (cap = 0 or uses <= cap)
) with (fillfactor = 70);
create index did_usage_date on did_usage (usage_date);

-- One row per (contact_id, attempt): the arm transaction holds the contact's
-- row lock while it takes the next attempt number.
create table call (
    id                 uuid not null,
    campaign_id        bigint not null,
    contact_id         bigint not null,
    attempt            int not null,
    did_id             bigint not null,
    did_number         text not null,
    cap_group          text not null,
    usage_date         date not null,
    number             text not null,
    country            text not null,
    zone               text not null,
    trunk              text not null default '',
    node               text not null,
    state              text not null default 'armed',
    disposition        text not null default '',
    cause              int,
    sip_code           int,
    armed_at           timestamptz not null,
    sent_at            timestamptz,
    ringing_at         timestamptz,
    answered_at        timestamptz,
    key_pressed        text,
    amd                text,
    amd_cause          text,
    connected_at       timestamptz,
    ended_at           timestamptz,
    setup_ms           int,
    cps_at_call        real,
    note               text,
    load_test_id       bigint,
    primary key (id, armed_at),
    check ((state = 'ended') = (ended_at is not null))
) partition by range (armed_at);
create table call_rest partition of call default;
create unique index call_attempt on call (contact_id, attempt, armed_at);
create index call_number on call (number);
-- Not on state: its steps before the end stay heap-only updates.
create index call_open on call (node) where ended_at is null;
create index call_campaign on call (campaign_id, armed_at);

create table dnc (
    id                 bigserial primary key,
    number             text not null,
    list               text not null default 'internal',
    source             text not null default '',
    added_at           timestamptz not null default now(),
    reason             text not null default '',
    unique (number, list)
);

create table metric (
    node               text not null,
    at                 timestamptz not null,
    current_cps        real not null,
    target_cps         real not null,
    concurrent_calls   int not null,
    initiated          int not null,
    answered           int not null,
    failed             int not null,
    success_rate       real,
    setup_ms           real,
    load               real,
    queue_size         int,
    brake              text,
    primary key (node, at)
);

create table load_test (
    id                 bigserial primary key,
    started_at         timestamptz not null default now(),
    ended_at           timestamptz,
    parameters         jsonb not null default '{}',
    result             jsonb
);

create table event_log (
    id                 bigserial primary key,
    at                 timestamptz not null default clock_timestamp(),
    node               text not null,
    actor              text not null,
    origin             text not null default '',
    action             text not null,
    object             text not null default '',
    result             text not null default '',
    detail             jsonb
);
create index event_log_at on event_log (at);

create view v_performance_by_country as
select country, count(*) as attempted,
    count(answered_at) as answered,
    count(*) filter (where state = 'ended' and answered_at is null) as failed,
    count(*) filter (where disposition = 'connected') as connected,
    count(answered_at)::float8 / nullif(count(*), 0) as asr,
    avg(setup_ms) as setup_ms
from call where sent_at is not null and armed_at >= date_trunc('day', now())
group by country;

create view v_did_daily_stats as
select d.number, d.country, u.cap_group, u.usage_date, u.uses, u.cap,
    case when u.cap > 0 then u.uses::float8 / u.cap end as used_share,
    d.state, d.blocked_until, d.block_reason
from did_usage u join did d on d.id = u.did_id;

create view v_current_performance as
select distinct on (node) * from metric order by node, at desc;

-- Engines re-test what they have armed whenever a number is added.
create function dnc_notify() returns trigger language plpgsql as $$
begin
    perform pg_notify('discador_dnc', '');
    return null;
end $$;
create trigger dnc_added after insert on dnc
    for each statement execute function dnc_notify();
