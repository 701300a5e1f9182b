#!/bin/sh
# Sounds on real Asterisk 22 and 16: what discador installs is what they play,
# what is missing is known before anybody is called, and an older dialplan
# only costs a warning.
. t/lib.sh
. t/lib-asterisk.sh
. t/lib-engine.sh
need sox command -v sox
need espeak-ng command -v espeak-ng
ast_need 22 16

code() { _w=$1; _d=$2; shift 2; "$@" >"$TMP/o" 2>"$TMP/e" </dev/null; is "$?" "$_w" "$_d"; }
says() { like "$(cat "$TMP/o" "$TMP/e")" "$1" "$2"; }
up() { [ "$(st .switches.0.connected)" = true ]; }
quiet() { "$LAB" cli "$PBX" 'core show channels' | grep -q '^0 active channels'; }
ENG_SECRET=lab-secret

real() { # real VERSION
	V=$1
	ENG_INFO=
	eng_dir
	ok "$V: the lab" ast_start "$V"
	mkdir "$ENG/sounds"
	chmod 755 "$ENG/sounds"
	eng_conf "$AMI_PORT"
	sed -i "s|max_channels = 20000;|& sounds = \"$ENG/sounds\";|" "$ENG/d.conf"
	ok "$V: an engine" eng_start
	ok "$V: its switch" wait_for 30 up
	code 0 "$V: a draft" d prompt say 'Su número quedó registrado. Hasta luego.' \
		--name adios --language es
	code 1 "$V: before it is installed" d prompt check "$ENG/sounds/adios"
	says 'sw1 +missing' "$V: it is missing"
	code 0 "$V: it is installed" d prompt install adios
	code 0 "$V: now" d prompt check "$ENG/sounds/adios"
	says 'sw1 +present' "$V: it is there"
	for f in sln wav ulaw alaw; do # each of them alone would do
		mkdir "$ENG/sounds/$f"
		cp "$ENG/sounds/adios.$f" "$ENG/sounds/$f/"
		chmod 755 "$ENG/sounds/$f"
		# which formats the lab's Asterisk reads is its own affair
		"$LAB" cli "$PBX" 'core show file formats' | grep -qi "[ |]$f" ||
			continue
		code 0 "$V: as .$f alone" d prompt check "$ENG/sounds/$f/adios"
	done
	sox -V1 -n -r 8000 "$TMP/short.wav" synth 0.4 sine 440
	code 0 "$V: one of 0.4 s" d prompt add "$TMP/short.wav" --switch sw1
	code 0 "$V: it is played to its end" d prompt check "$ENG/sounds/short"
	code 1 "$V: no file" d prompt check no/such/file
	# what a name would need to do harm, were it evaluated
	code 1 "$V: a name with more in it" d prompt check \
		"x&$ENG/sounds/adios\${SHELL(touch $TMP/pwned)}"
	ok "$V: is only a name" test ! -e "$TMP/pwned"
	cat >"$ENG/a.conf" <<-Y
	countries = ( { name = "usa"; region = "US"; cap_group = "nanp";
	    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
	contexts = ( { name = "bad"; prompt = "$ENG/sounds/gone"; },
	  { name = "good"; prompt = "$ENG/sounds/adios"; } );
	profiles = ( { name = "default"; max_cps = 5.0; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = 5.0; } );
	campaigns = ( { name = "one"; context = "good"; trunks = [ "t1" ]; },
	  { name = "two"; context = "bad"; trunks = [ "t1" ]; } );
	Y
	ok "$V: campaigns" d apply "$ENG/a.conf"
	code 1 "$V: a campaign whose sound is missing" d campaign start two
	says "gone of context bad is missing on switch sw1" "$V: does not start"
	code 0 "$V: the other" d campaign start one
	is "$(cat "$TMP/o")" 'campaign one is running' "$V: starts"
	ok "$V: no call is left over" wait_for 10 quiet
	is "$(ast_truth | wc -l)" 0 "$V: and the carrier heard of none"
	# A dialplan from before there was discador-check
	"$LAB" cli "$PBX" 'dialplan remove context discador-check' >/dev/null
	code 0 "$V: an older dialplan" d prompt check "$ENG/sounds/adios"
	says 'could not be asked: .*extensions_discador.conf' "$V: says what it is"
	code 0 "$V: does not keep a campaign" d campaign start two
	says 'warning: it is not known whether the sound .*gone' "$V: but warns"
	ok "$V: the engine ends" eng_stop
	"$B/discadord" -c "$ENG/d.conf" --db stop >/dev/null 2>&1
	rm -rf "$ENG"
}
real 22
real 16
done_testing
