# SPDX-License-Identifier: MIT
# The OBJECTS of discador.conf(5) from the rows of src/shared/tbl_spec.h;
# t/0002-docs.sh compares.
#
#     awk -f man/objects.awk src/shared/tbl_spec.h
function roff(s)
{
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	return s
}
function text_of(s) # what stands between the first two quotes
{
	sub(/^[^"]*"/, "", s)
	sub(/".*/, "", s)
	return s
}
/^SPEC\(/ { row = "" }
/^SPEC\(/, /\)$/ { row = row $0 }
/\)$/ && row != "" {
	n = split(row, part, /, */)
	kind = substr(part[1], 6)
	key = part[2]
	type = part[3]
	rest = row
	sub(/^[^"]*/, "", rest)
	def = text_of(rest)
	doc = rest
	sub(/^"[^"]*"/, "", doc)
	gsub(/" +"/, "", doc) # one text over two lines
	range = doc
	doc = text_of(doc)
	sub(/^, */, "", range)
	split(range, bound, /, */)
	if (kind != last) {
		print ".SS " (kind == "country" ? "countries" : kind "s")
		print ".TP"
		if (kind == "did")
			print "\\fBnumber\\fR (required)\nE.164: +13055550123."
		else
			print "\\fBname\\fR (required)\nHow others refer to it."
	}
	last = kind
	if (key == "switch_name") {
		key = "switch"
		sub(/ \(key: switch\)/, "", doc)
	}
	if (type == "LIST" || type == "LINES")
		def = "[ ]"
	else if (type == "MAP")
		def = "{ }"
	else if (type != "INT" && type != "NUM" && type != "BOOL")
		def = "\"" def "\""
	print ".TP"
	print "\\fB" roff(key) "\\fR = " roff(def)
	doc = toupper(substr(doc, 1, 1)) substr(doc, 2)
	if (type == "INT" || type == "NUM")
		doc = doc " (" bound[1] " to " bound[2] ")"
	print roff(doc) (doc ~ /[.]$/ ? "" : ".")
	row = ""
}
