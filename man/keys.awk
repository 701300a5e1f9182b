# SPDX-License-Identifier: MIT
# The KEYS of discador(1) from the rows of src/shared/tbl_keys.h;
# t/0002-docs.sh compares.
#
#     awk -f man/keys.awk src/shared/tbl_keys.h
function roff(s)
{
	gsub(/\\"/, "\001", s) # a quote in a C string
	gsub(/\\/, "\\e", s)
	gsub(/\001/, "\\(dq", s)
	gsub(/-/, "\\-", s)
	return s
}
function title(scope)
{
	if (scope == "GLOBAL")
		return "Everywhere"
	if (scope == "DIDS")
		return "DIDs"
	if (scope == "LOADTEST")
		return "Load test"
	if (scope == "ALERTS")
		return "Alerts and log"
	if (scope == "TRUNKS")
		return "Trunks and switches"
	return substr(scope, 1, 1) tolower(substr(scope, 2))
}
function flush()
{
	if (help == "")
		return
	print ".TP"
	print "\\fB" roff(keys) "\\fR"
	print toupper(substr(help, 1, 1)) substr(roff(help), 2) "."
	help = ""
}
/^KEY\(/ { row = "" ; open = 1 }
open { row = row $0 }
open && /\)$/ {
	open = 0
	s = row
	sub(/^KEY\(/, "", s)
	scope = s
	sub(/,.*/, "", scope)
	sub(/^[^"]*"/, "", s)
	key = s
	sub(/".*/, "", key)
	sub(/^[^"]*", */, "", s)
	action = s
	sub(/,.*/, "", action)
	if (action != last || scope != where)
		flush()
	if (scope != where)
		print ".SS " title(scope)
	if (action == last && scope == where)
		keys = keys ", " key
	else {
		keys = key
		if (match(s, /N_\(".*"\)\)$/) == 0)
			match(s, /N_\(".*"\)$/)
		help = substr(s, RSTART)
		# the last text of the row
		while (match(help, /", *N_\("/) > 0 || match(help, /"", *N_\("/) > 0)
			help = substr(help, RSTART + RLENGTH)
		sub(/^N_\("/, "", help)
		sub(/"\)+$/, "", help)
		sub(/^[^"]*"\), *N_\("/, "", help)
	}
	last = action
	where = scope
}
END { flush() }
