# discador: `make` builds, `make check` proves it, `make demo` shows it.
VERSION    := $(shell cat VERSION)
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
SBINDIR    ?= $(PREFIX)/sbin
MANDIR     ?= $(PREFIX)/share/man
DATADIR    ?= $(PREFIX)/share/discador
SYSCONFDIR ?= /etc/discador
INSTALL    ?= install
PKG_CONFIG ?= pkg-config
MSGFMT     ?= msgfmt
SAN        ?=
comma      := ,
B          ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))

WARN = -Wall -Wextra -Werror -Wformat=2 -Wshadow -Wpointer-arith -Wcast-qual \
       -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
       -Wold-style-definition -Wundef -Wvla -Wimplicit-fallthrough
HARD = $(if $(SAN),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong \
       -fstack-clash-protection -fcf-protection -fPIE -fno-common \
       -fno-strict-aliasing
CFLAGS  ?= -O2 -g
ALLCF    = -std=gnu11 -D_GNU_SOURCE -Isrc -DVERSION='"$(VERSION)"' \
           -DDATADIR='"$(DATADIR)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
           -DSBINDIR='"$(SBINDIR)"' \
           $(WARN) $(HARD) $(PKGCF) $(CPPFLAGS) $(CFLAGS) \
           $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=all)
ALLLF    = -pie -Wl,-z,relro,-z,now -Wl,--as-needed \
           $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
PKGCF   := $(shell $(PKG_CONFIG) --cflags libevent libpq libconfig ncursesw jansson libssh libseccomp libcrypt 2>/dev/null)
libs     = $(shell $(PKG_CONFIG) --libs $(1))

LAYERS = shared engine db net sim daemon jobs ui sshd
MAINS  = src/daemon/discadord.c src/ui/discador.c src/jobs/discador-job.c \
	 src/sshd/discador-sshd.c
lib    = $(1:%=$B/lib%.a)
objs   = $(patsubst src/%.c,$B/%.o,$(filter-out $(MAINS),$(wildcard src/$(1)/*.c)))
define layer
$B/lib$(1).a: $(call objs,$(1))
endef

PROGS = $(addprefix $B/,discadord discador discador-job discador-sshd)
LINGUAS = es pt_BR
MOS   = $(LINGUAS:%=$B/po/%.mo)
all: $(PROGS) $(MOS)
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

# A program may link only the layers below it: these lines ARE the architecture.
$B/discadord:    $B/daemon/discadord.o   $(call lib,daemon engine db net shared)
$B/discador:     $B/ui/discador.o        $(call lib,ui shared)
$B/discador-sshd: $B/sshd/discador-sshd.o $(call lib,sshd ui shared)
$B/discador-job: $B/jobs/discador-job.o  $(call lib,jobs sim engine db net shared)
$B/discadord:    LDLIBS = $(call libs,libevent libevent_openssl openssl libpq libconfig jansson)
$B/discador:     LDLIBS = $(call libs,ncursesw libcrypt libconfig jansson)
$B/discador-sshd: LDLIBS = $(call libs,libssh libseccomp libcrypt libconfig jansson)
$B/discador-job: LDLIBS = $(call libs,libevent libevent_openssl openssl libpq libconfig jansson)
# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@)

$(PROGS):
	$(call say,LD)
	$Q$(CC) $(ALLLF) $(CFLAGS) -o $@ $^ $(LDLIBS) -lm

$B/%.a:
	$(call say,AR)
	@rm -f $@
	$Q$(AR) rcs $@ $^
$B/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(ALLCF) -MMD -MP -c -o $@ $<

# Translations: `make pot` after a text was written or changed, `make
# po-update` puts it into the po files; then translate, t/0003-po.sh asks.
$B/po/%.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MSGFMT)
	$Q$(MSGFMT) -c -o $@ $<
pot:
	po/extract >po/discador.pot.new
	mv po/discador.pot.new po/discador.pot
po-update: pot
	for l in $(LINGUAS); do msgmerge -q --no-fuzzy-matching --no-wrap \
	    --add-location=file --backup=none -U po/$$l.po po/discador.pot || exit 1; done

# Tests link every floor; the programs above do not.
TLIBS   = $(call lib,daemon jobs sim sshd ui engine db net shared)
TLDLIBS = $(call libs,libevent libevent_openssl openssl libpq libconfig jansson ncursesw libssh libseccomp libcrypt) -lvterm -lm
UNIT    = $(patsubst t/unit/%.c,$B/t/unit/%.t,$(wildcard t/unit/*.c))
$B/t/tap.o: t/tap.c t/tap.h
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(ALLCF) -It -c -o $@ $<
$B/t/unit/%.t: t/unit/%.c $B/t/tap.o $(TLIBS)
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(ALLCF) -It $(ALLLF) -MMD -MP -MT $@ -MF $@.d -o $@ $< $B/t/tap.o $(filter %.a,$^) $(TLDLIBS)
TOOLS   = $(patsubst t/tools/%.c,$B/t/tools/%,$(wildcard t/tools/*.c))
$B/t/tools/%: t/tools/%.c $(TLIBS)
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(ALLCF) -It $(ALLLF) -MMD -MP -MT $@ -MF $@.d -o $@ $< $(filter %.a,$^) $(TLDLIBS)
FUZZERS = $(patsubst t/fuzz/%.c,%,$(filter-out t/fuzz/replay.c,$(wildcard t/fuzz/*.c)))
$B/t/fuzz/%.replay: t/fuzz/%.c t/fuzz/replay.c $(TLIBS)
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(ALLCF) $(ALLLF) -o $@ $(filter %.c,$^) $(filter %.a,$^) $(TLDLIBS)
$B/t/fuzz/%.t: $B/t/fuzz/%.replay
	@printf '#!/bin/sh\nexec %s t/fuzz/corpus/%s/*\n' $< $* >$@ && chmod +x $@

# The console's monkey under ASan and UBSan (t/4050-monkey.sh): only the
# floors that it stands on.
MONKEY  = $B/asan/t/unit/prop_monkey.t
$(MONKEY): FORCE
	$(Q)$(MAKE) SAN=address,undefined B=$B/asan \
	    TLIBS="$B/asan/libui.a $B/asan/libshared.a" $@
FORCE:

tests: all $(MONKEY) $(UNIT) $(TOOLS) $(FUZZERS:%=$B/t/fuzz/%.t)

# Everything through prove: first what may run side by side, then one by one
# the tests on real Asterisk, where the pace is measured, and the siege.
PROVE ?= prove
JOBS  ?= 2
ALONE  = $(wildcard t/3*.sh) t/5030-siege.sh
BESIDE = $(UNIT) $(FUZZERS:%=$B/t/fuzz/%.t) $(filter-out $(ALONE),$(wildcard t/[0-9]*.sh))
check: deps
	$(MAKE) -j2 tests
	B=$B $(PROVE) $(PROVE_OPTS) --timer -j$(JOBS) $(BESIDE)
	B=$B $(PROVE) $(PROVE_OPTS) --timer $(ALONE)
deps:
	contrib/install-deps --check || contrib/install-deps
demo:
	contrib/install-deps --check --run || contrib/install-deps --run
	$(MAKE) all
	$B/discador demo
asan:
	$(MAKE) SAN=address,undefined tests
	B=$B-address-undefined $(PROVE) $(UNIT:$B/%=$B-address-undefined/%)
tsan:
	$(MAKE) SAN=thread tests
	B=$B-thread $(PROVE) $(UNIT:$B/%=$B-thread/%)
fuzz: $(FUZZERS:%=fuzz-%)
fuzz-%:
	@mkdir -p $B/fuzz/new-$*
	clang -std=gnu11 -D_GNU_SOURCE -g -O1 -Isrc $(PKGCF) -DVERSION='"$(VERSION)"' -DDATADIR='"x"' -DSYSCONFDIR='"x"' \
	    -fsanitize=fuzzer,address,undefined -o $B/fuzz/$* t/fuzz/$*.c $(wildcard src/shared/*.c) src/ui/vt_keys.c \
	    $(filter-out src/net/discador-sshd.c,$(wildcard src/net/*.c)) $(TLDLIBS)
	$B/fuzz/$* -max_total_time=$${FUZZ_S:-60} -artifact_prefix=$B/fuzz/ $B/fuzz/new-$* t/fuzz/corpus/$*
# The running SSH server under ASan and UBSan (t/5050-ssh-fuzz.sh); one build
# beside the monkey's at a time.  FUZZ_S=600 FUZZ_SEED=N
SSHD_ASAN = $B/asan/discador-sshd
$(SSHD_ASAN): FORCE | $(MONKEY)
	$(Q)$(MAKE) SAN=address,undefined B=$B/asan $@
tests: $(SSHD_ASAN)
fuzz-ssh: $(SSHD_ASAN) $B/discador-sshd $B/t/tools/sshfuzz $B/t/tools/fakeboard
	B=$B SSHFUZZ_S=$${FUZZ_S:-600} SSHFUZZ_SEED=$$FUZZ_SEED \
	    SSHFUZZ_KEEP=$B/fuzz t/5050-ssh-fuzz.sh
BENCHES = $(patsubst t/bench/%.c,$B/t/bench/%,$(wildcard t/bench/*.c))
$B/t/bench/%: t/bench/%.c $(TLIBS)
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(ALLCF) -It $(ALLLF) -MMD -MP -MT $@ -MF $@.d -o $@ $< $(filter %.a,$^) $(TLDLIBS)
bench: all tests $(BENCHES)
	t/bench/run $B
	@for b in $(BENCHES); do $$b || exit 1; done
	t/bench/claim
	t/bench/console $B

# An existing discador.conf is kept: it is the operator's.
install: all
	$(INSTALL) -d $(addprefix $(DESTDIR),$(BINDIR) $(SBINDIR) $(SYSCONFDIR) \
	    $(MANDIR)/man1 $(MANDIR)/man5 $(MANDIR)/man8 $(DATADIR)/sql \
	    $(DATADIR)/demo $(DATADIR)/examples $(DATADIR)/prompts \
	    $(DATADIR)/notify.d \
	    $(DATADIR)/asterisk/manager.d)
	$(INSTALL) -m 755 $B/discador $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 755 $B/discadord $B/discador-job $B/discador-sshd $(DESTDIR)$(SBINDIR)
	$(INSTALL) -m 644 sql/*.sql $(DESTDIR)$(DATADIR)/sql
	$(INSTALL) -m 644 etc/demo/*.conf $(DESTDIR)$(DATADIR)/demo
	$(INSTALL) -m 644 etc/prompts/*.conf $(DESTDIR)$(DATADIR)/prompts
	$(INSTALL) -m 755 contrib/prompts-render $(DESTDIR)$(DATADIR)
	$(INSTALL) -m 644 etc/examples/*.conf etc/countries.conf etc/profiles.conf $(DESTDIR)$(DATADIR)/examples
	$(INSTALL) -m 644 contrib/notify.d/README contrib/notify.d/*.sh $(DESTDIR)$(DATADIR)/notify.d
	$(INSTALL) -m 644 contrib/asterisk/*.conf contrib/asterisk/README $(DESTDIR)$(DATADIR)/asterisk
	$(INSTALL) -m 644 contrib/asterisk/manager.d/*.conf $(DESTDIR)$(DATADIR)/asterisk/manager.d
	for l in $(LINGUAS); do \
	    $(INSTALL) -d $(DESTDIR)$(DATADIR)/locale/$$l/LC_MESSAGES && \
	    $(INSTALL) -m 644 $B/po/$$l.mo \
		$(DESTDIR)$(DATADIR)/locale/$$l/LC_MESSAGES/discador.mo || exit 1; done
	$(INSTALL) -m 644 man/*.1 $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 man/*.5 $(DESTDIR)$(MANDIR)/man5
	$(INSTALL) -m 644 man/*.8 $(DESTDIR)$(MANDIR)/man8
	test -e $(DESTDIR)$(SYSCONFDIR)/discador.conf || \
	    $(INSTALL) -m 640 etc/discador.conf $(DESTDIR)$(SYSCONFDIR)

clean:
	rm -rf build build-* compile_commands.json
.PHONY: all pot po-update check tests deps demo asan tsan fuzz fuzz-ssh bench install clean
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
