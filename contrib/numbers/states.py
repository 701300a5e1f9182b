#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make src/shared/number_states.c from states.txt, or check states.txt.

usage: states.py OUT.c
       states.py --check

--check compares the list with the descriptions that libphonenumber publishes
(Debian: python3-phonenumbers) and says where they differ; a code newer than
that package is only counted.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CODES = {'US': '1', 'CA': '1', 'BR': '55'}


def read():
    """Area code -> (region, state); "" for those in several states."""
    states = {}
    with open(os.path.join(HERE, 'states.txt'), encoding='utf-8') as f:
        for n, line in enumerate(f, 1):
            w = line.split('#')[0].split()
            if not w:
                continue
            region, state = w[0], w[1]
            for code in map(int, w[2:]):
                if region not in CODES or not 10 <= code <= 999 or \
                        not re.fullmatch('[A-Z]{2}|-', state):
                    sys.exit('states.txt:%d: %s: not understood' % (n, line))
                if code in states:
                    sys.exit('states.txt:%d: %d stands there twice' %
                             (n, code))
                states[code] = (region, '' if state == '-' else state)
    return states


def write(path):
    with open(path, 'w', encoding='utf-8') as out:
        out.write('''/* SPDX-License-Identifier: MIT */
/*
 * number_states: the state of each area code, for number_place.c, GENERATED
 * by contrib/numbers/states.py; do not edit.
 */
#include "shared/number_tables.h"

/* clang-format off */

const char number_states[1000][3] = {
''')
        row = '\t'
        for code, (_, state) in sorted(read().items()):
            if state:
                word = '[%d] = "%s",' % (code, state)
                if len(row) + len(word) > 72:
                    out.write(row.rstrip() + '\n')
                    row = '\t'
                row += word + ' '
        out.write(row.rstrip() + '\n};\n')


# What a description calls a state where it is not "City, ST" or "City - ST".
NAMES = dict(w.rsplit(' ', 1) for w in '''
Alabama AL;Alaska AK;Arizona AZ;Arkansas AR;California CA;Colorado CO;
Connecticut CT;Delaware DE;Florida FL;Georgia GA;Hawaii HI;Idaho ID;
Illinois IL;Indiana IN;Iowa IA;Kansas KS;Kentucky KY;Louisiana LA;Maine ME;
Maryland MD;Massachusetts MA;Michigan MI;Minnesota MN;Mississippi MS;
Missouri MO;Montana MT;Nebraska NE;Nevada NV;New Hampshire NH;New Jersey NJ;
New Mexico NM;New York NY;North Carolina NC;North Dakota ND;Ohio OH;
Oklahoma OK;Oregon OR;Pennsylvania PA;Philadelphia PA;Rhode Island RI;
South Carolina SC;South Dakota SD;Tennessee TN;Texas TX;Utah UT;Vermont VT;
Virginia VA;Washington State WA;West Virginia WV;Wisconsin WI;Wyoming WY;
Washington D.C. DC;Alberta AB;British Columbia BC;Manitoba MB;
New Brunswick NB;Newfoundland and Labrador NL;Ontario ON;Quebec QC;
Saskatchewan SK
'''.replace('\n', '').split(';'))


def check():
    from phonenumbers.geodata import GEOCODE_DATA
    told = {}
    for prefix, texts in GEOCODE_DATA.items():
        if prefix[0] == '1' and len(prefix) == 4:
            text = texts.get('en', '')
            m = re.search(r', ([A-Z]{2})$', text)
            told[int(prefix[1:])] = {m[1] if m else NAMES.get(text, text): 1}
        elif prefix[:2] == '55' and len(prefix) > 4:
            for text in texts.values():
                m = re.search(r' - ([A-Z]{2})$', text)
                if m:
                    count = told.setdefault(int(prefix[2:4]), {})
                    count[m[1]] = count.get(m[1], 0) + 1
    wrong = new = 0
    states = read()
    for code, (region, state) in sorted(states.items()):
        said = told.get(code)
        if said is None:
            new += 1
        elif state and max(said, key=said.get) != state:
            print('%s %d: %s here, %s there' % (region, code, state, said))
            wrong += 1
    print('%d area codes, %d not in the package, %d differ' %
          (len(states), new, wrong))
    return 1 if wrong else 0


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == '--check':
        sys.exit(check())
    write(sys.argv[1])


if __name__ == '__main__':
    main()
