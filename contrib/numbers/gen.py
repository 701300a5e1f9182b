#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make src/shared/number_tables.c from libphonenumber's published metadata.

usage: gen.py VERSION PhoneNumberMetadata.xml map_data.txt OUT.c

Every pattern in the metadata is a finite set of digit strings.  So all number
types of all regions that share a calling code become ONE minimal automaton
over digits, whose accepting states carry (region, type): no regular
expression is left at run time.  The zone map becomes sorted prefixes.  Three
hand-kept lists beside this file correct what the metadata has wrong or does
not know yet; README tells where the inputs come from.
"""
import os
import re
import sys
import textwrap
import xml.etree.ElementTree as ET
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))

# Order in which libphonenumber tries the types; then fixed and mobile.
TYPES = ['premiumRate', 'tollFree', 'sharedCost', 'voip', 'personalNumber',
         'pager', 'uan', 'voicemail', 'fixedLine', 'mobile']
# enum number_type of number.h
FIXED, MOBILE, FIXED_OR_MOBILE = 0, 1, 2
CODE = {'tollFree': 3, 'premiumRate': 4, 'sharedCost': 5, 'voip': 6,
        'personalNumber': 7, 'pager': 8, 'uan': 9, 'voicemail': 10}
ZONE_MAX = 255          # MODEL_ZONE of model.h, without the NUL
MAX_DEPTH = 18          # digits of a national number

# Old names in the map -> names that exist without Debian 13's tzdata-legacy.
MODERN = {
    'Africa/Asmera': 'Africa/Asmara',
    'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
    'America/Godthab': 'America/Nuuk',
    'Asia/Calcutta': 'Asia/Kolkata',
    'Asia/Choibalsan': 'Asia/Ulaanbaatar',
    'Asia/Katmandu': 'Asia/Kathmandu',
    'Asia/Rangoon': 'Asia/Yangon',
    'Atlantic/Faeroe': 'Atlantic/Faroe',
    'Pacific/Enderbury': 'Pacific/Kanton',
    'Pacific/Ponape': 'Pacific/Pohnpei',
    'Pacific/Truk': 'Pacific/Chuuk',
}


def words(name):
    """The lines of a hand-kept list as lists of words, comments dropped."""
    with open(os.path.join(HERE, name), encoding='utf-8') as f:
        for line in f:
            w = line.split('#')[0].split()
            if w:
                yield w


def pattern(territory, kind):
    """The digits-only regular expression of one number type, or None."""
    e = territory.find(kind + '/nationalNumberPattern')
    return None if e is None else re.sub(r'\s', '', e.text)


class Nfa:
    """Thompson's construction for the subset of syntax the metadata uses."""

    def __init__(self):
        self.eps = []
        self.step = []

    def new(self):
        self.eps.append([])
        self.step.append({})
        return len(self.eps) - 1

    def add(self, rx):
        self.rx, self.i = rx, 0
        ends = self.alternatives()
        assert self.i == len(rx), (rx, self.i)
        return ends

    def peek(self):
        return self.rx[self.i] if self.i < len(self.rx) else ''

    def alternatives(self):
        a, b = self.new(), self.new()
        while True:
            x, y = self.sequence()
            self.eps[a].append(x)
            self.eps[y].append(b)
            if self.peek() != '|':
                return a, b
            self.i += 1

    def repeat(self):
        """The bounds of the quantifier that stands here."""
        c = self.peek()
        if c == '?':
            self.i += 1
            return 0, 1
        if c == '{':
            m = re.match(r'\{(\d+)(?:,(\d+))?\}', self.rx[self.i:])
            self.i += m.end()
            return int(m[1]), int(m[2] or m[1])
        assert c not in ('*', '+'), 'unbounded: ' + self.rx
        return 1, 1

    def sequence(self):
        a = b = self.new()
        while self.peek() not in ('', '|', ')'):
            begin = self.i
            x, y = self.atom()
            lo, hi = self.repeat()
            end = self.i
            skips = []
            for n in range(hi):
                if n:
                    self.i = begin
                    x, y = self.atom()
                self.eps[b].append(x)
                if n >= lo:
                    skips.append(b)
                b = y
            self.i = end
            for q in skips:
                self.eps[q].append(b)
        return a, b

    def atom(self):
        c = self.rx[self.i]
        if c == '(':
            self.i += 3 if self.rx[self.i + 1] == '?' else 1
            ends = self.alternatives()
            assert self.rx[self.i] == ')'
            self.i += 1
            return ends
        if c == '[':
            close = self.rx.index(']', self.i)
            digits = self.digit_class(self.rx[self.i + 1:close])
            self.i = close + 1
        elif c == '\\':
            assert self.rx[self.i + 1] == 'd'
            self.i += 2
            digits = set(range(10))
        else:
            assert c.isdigit(), (self.rx, self.i, c)
            self.i += 1
            digits = {int(c)}
        a, b = self.new(), self.new()
        for d in digits:
            self.step[a].setdefault(d, []).append(b)
        return a, b

    @staticmethod
    def digit_class(text):
        digits = set()
        for m in re.finditer(r'(\d)-(\d)|(\d)|\\d', text):
            if m[0] == '\\d':
                digits |= set(range(10))
            elif m[3]:
                digits.add(int(m[3]))
            else:
                digits |= set(range(int(m[1]), int(m[2]) + 1))
        return digits

    def closure(self, states):
        seen, work = set(states), list(states)
        while work:
            for y in self.eps[work.pop()]:
                if y not in seen:
                    seen.add(y)
                    work.append(y)
        return frozenset(seen)


class Automaton:
    """One pool of minimal states for all calling codes; state 0 is dead."""

    def __init__(self):
        self.states, self.memo = [], {}
        self.labels, self.label_of = [None], {}
        self.start = {}
        self.intern(0, (0,) * 10)

    def intern(self, label, targets):
        key = (label, targets)
        if key not in self.memo:
            self.memo[key] = len(self.states)
            self.states.append(key)
        return self.memo[key]

    def label(self, what):
        if what not in self.label_of:
            self.label_of[what] = len(self.labels)
            self.labels.append(what)
        return self.label_of[what]


def number_type(n, seen, same):
    """Type of a number that reached the marks seen, for territory n."""
    if (n, 'generalDesc') not in seen:
        return None
    for ty in TYPES[:8]:
        if (n, ty) in seen:
            return CODE[ty]
    if (n, 'fixedLine') in seen:
        both = same[n] or (n, 'mobile') in seen
        return FIXED_OR_MOBILE if both else FIXED
    return MOBILE if (n, 'mobile') in seen else None


def build_code(auto, cc, territories, index, new_npas):
    """Add the automaton of one calling code, main territory first."""
    nfa, first, marks = Nfa(), set(), defaultdict(set)

    def accept(rx, what):
        a, b = nfa.add(rx)
        first.add(a)
        marks[b].update(what)

    for n, t in enumerate(territories):
        for ty in TYPES + ['generalDesc']:
            if pattern(t, ty) is not None:
                accept(pattern(t, ty), {(n, ty)})
        for npa, region, _ in new_npas if cc == 1 else ():
            if region == t.get('id'):
                accept(npa + r'[2-9]\d{6}', {(n, 'generalDesc'),
                       (n, 'fixedLine'), (n, 'mobile')})
        if t.get('leadingDigits'):
            accept(re.sub(r'\s', '', t.get('leadingDigits')), {(n, 'LD')})
    same = [pattern(t, 'fixedLine') is not None and
            pattern(t, 'fixedLine') == pattern(t, 'mobile')
            for t in territories]

    def seen_at(states):
        return set().union(*[marks[x] for x in states if x in marks])

    def label(states, leading):
        # The order of GetRegionCodeForNumberFromRegionList.
        seen = seen_at(states)
        for n, t in enumerate(territories):
            ty = number_type(n, seen, same)
            if len(territories) > 1 and t.get('leadingDigits'):
                if n not in leading:
                    continue
                return auto.label((index[id(t)], ty)) if ty is not None else 0
            if ty is not None:
                return auto.label((index[id(t)], ty))
        return 0

    cache = {}

    def state(states, leading, depth):
        leading |= {n for n, w in seen_at(states) if w == 'LD'}
        key = (states, leading)
        if key not in cache:
            targets = []
            for d in range(10):
                to = set()
                for x in states:
                    to.update(nfa.step[x].get(d, ()))
                targets.append(state(nfa.closure(to), leading, depth + 1)
                               if to and depth < MAX_DEPTH else 0)
            cache[key] = auto.intern(label(states, leading), tuple(targets))
        return cache[key]

    auto.start[cc] = state(nfa.closure(first), frozenset(), 0)


def read_zones(path, new_npas):
    """Prefix -> set of zone names, by the rules of README."""
    zones = {}
    with open(path, encoding='utf-8') as f:
        for line in f:
            line = line.strip()
            if line and line[0] != '#':
                prefix, names = line.split('|')
                zones[prefix] = {MODERN.get(z, z) for z in names.split('&')}
    # Numbers are portable inside a NANP area code: its zones are the union.
    union = defaultdict(set)
    for prefix, names in zones.items():
        if prefix[0] == '1' and len(prefix) >= 4:
            union[prefix[:4]] |= names
    for npas in words('nanp_overlays.txt'):
        group = set().union(*[union['1' + x] for x in npas
                              if '1' + x in union])
        for x in npas:
            union['1' + x] = set(group)
    zones = {k: v for k, v in zones.items()
             if not (k[0] == '1' and len(k) > 4)}
    zones.update(union)
    for npa, _, names in new_npas:
        zones['1' + npa] = set(names.split('&'))
    for (rule,) in words('tz_overrides.txt'):
        prefix, names = rule[1:].split('|')
        if rule[0] == '=':
            for x in [x for x in zones if x.startswith(prefix)]:
                del zones[x]
            zones[prefix] = set(names.split('&'))
        else:
            zones[prefix] = zones.get(prefix, set()) | set(names.split('&'))
    # A row that says what its parent says is not needed.
    for prefix in sorted(zones, key=len, reverse=True):
        for n in range(len(prefix) - 1, 0, -1):
            if prefix[:n] in zones:
                if zones[prefix[:n]] == zones[prefix]:
                    del zones[prefix]
                break
    return zones


def lengths(territory, kinds):
    """Bit mask of possible national lengths of the given number types."""
    mask = 0
    for kind in kinds:
        for e in territory.iterfind(kind + '/possibleLengths'):
            for part in (e.get('national') or '').split(','):
                m = re.match(r'\[(\d+)-(\d+)\]', part)
                if m:
                    for k in range(int(m[1]), int(m[2]) + 1):
                        mask |= 1 << k
                elif part not in ('', '-1'):
                    mask |= 1 << int(part)
    return mask


def idd(territory):
    """International prefix as plain digits."""
    p = territory.get('internationalPrefix') or ''
    if re.fullmatch(r'\d+', p):
        return p
    return '011' if territory.get('countryCode') == '1' else '00'


def array(out, decl, values):
    out.write('\nconst %s = {\n' % decl)
    text = ', '.join(str(v) for v in values)
    out.write(textwrap.fill(text, 78, initial_indent='\t',
              subsequent_indent='\t', expand_tabs=False))
    out.write('\n};\n')


def write(out, version, regions, auto, zones):
    out.write('''/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number_tables: data for number.c, GENERATED by contrib/numbers/gen.py; do
 * not edit.  Derived from libphonenumber %s (Copyright The Libphonenumber
 * Authors, Apache License 2.0, see NOTICE) with the corrections in
 * contrib/numbers/.
 */
#include "shared/number_tables.h"

/* clang-format off */

const char number_version[] = "%s";
''' % (version, version))
    out.write('\nconst struct number_region number_regions[] = {\n')
    for t in regions:
        out.write('\t{ "%s", %s, "%s", "%s", 0x%x },\n' % (
            t.get('id'), t.get('countryCode'), t.get('nationalPrefix') or '',
            idd(t), lengths(t, ('fixedLine', 'mobile'))))
    out.write('};\nconst int number_nregions = %d;\n' % len(regions))
    start, main = [0] * 1000, [255] * 1000
    for cc, s in auto.start.items():
        start[cc] = s
        main[cc] = min(i for i, t in enumerate(regions)
                       if int(t.get('countryCode')) == cc)
    array(out, 'uint16_t number_start[1000]', start)
    array(out, 'uint8_t number_main[1000]', main)
    out.write('\n/* Ten targets per state, by digit; 0: no such number. */')
    array(out, 'uint16_t number_next[]',
          [x for _, row in auto.states for x in row])
    array(out, 'uint16_t number_label[]', [l for l, _ in auto.states])
    out.write('\n/* region * 16 + type of each label. */')
    array(out, 'uint16_t number_labels[]',
          [0] + [r * 16 + t for r, t in auto.labels[1:]])
    texts = sorted({','.join(sorted(v)) for v in zones.values()})
    out.write('\n/* Lists too long for a zone column are empty: unknown. */')
    out.write('\nconst char *const number_zone_lists[] = {\n')
    for text in texts:
        out.write('\t"%s",\n' % (text if len(text) <= ZONE_MAX else ''))
    out.write('};\n\n/* Prefix digits behind a 1 that keeps leading zeros. */')
    keys = sorted((int('1' + k), texts.index(','.join(sorted(v))))
                  for k, v in zones.items())
    array(out, 'uint32_t number_zone_keys[]', [k for k, _ in keys])
    array(out, 'uint16_t number_zone_values[]', [v for _, v in keys])
    out.write('const int number_nzone_keys = %d;\n' % len(keys))


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    version, xml, tzmap, path = sys.argv[1:]
    sys.setrecursionlimit(10000)
    codes = defaultdict(list)
    for t in ET.parse(xml).getroot().find('territories'):
        codes[int(t.get('countryCode'))].append(t)
    new_npas = list(words('nanp_new.txt'))
    auto, regions, index = Automaton(), [], {}
    for cc, ts in sorted(codes.items()):
        ts.sort(key=lambda t: t.get('mainCountryForCode') != 'true')
        for t in ts:
            index[id(t)] = len(regions)
            regions.append(t)
        build_code(auto, cc, ts, index, new_npas)
    assert len(auto.states) < 65536 and len(regions) < 255
    zones = read_zones(tzmap, new_npas)
    with open(path, 'w', encoding='utf-8') as out:
        write(out, version, regions, auto, zones)
    print('%d regions, %d calling codes, %d states, %d labels, %d zone rows'
          % (len(regions), len(codes), len(auto.states), len(auto.labels),
             len(zones)))


if __name__ == '__main__':
    main()
