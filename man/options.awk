# SPDX-License-Identifier: MIT
# The OPTIONS of discador.conf(5) from the sample that `discador help conf`
# prints; t/0002-docs.sh compares.
#
#     discador help conf | awk -f man/options.awk
function roff(s)
{
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	return s
}
NR == 1, /^$/ { next } # what the file is
/^#\t*# / || /^# / {
	sub(/^#\t*#? /, "")
	help = help (help == "" ? "" : " ") $0
	next
}
/^#\t*[a-z_]+ = \( \{$/ {
	match($0, /[a-z_]+/)
	path = path substr($0, RSTART, RLENGTH) "[]."
	next
}
/^#[a-z_]+ = \{$/ { path = substr($1, 2) "."; next }
/^#\} ?\)?;$/ { path = ""; next }
/^#\t\} \);$/ { sub(/[a-z_]+\[\]\.$/, "", path); next }
/^#\t*[a-z_]+ = / {
	line = $0
	sub(/^#\t*/, "", line)
	required = sub(/ # required$/, "", line)
	sub(/;$/, "", line)
	key = line
	sub(/ = .*/, "", key)
	sub(/^[a-z_]+ = /, "", line)
	print ".TP"
	if (required)
		print "\\fB" roff(path key) "\\fR (required)"
	else
		print "\\fB" roff(path key) "\\fR = " roff(line)
	help = toupper(substr(help, 1, 1)) substr(help, 2)
	print roff(help) "."
	help = ""
}
