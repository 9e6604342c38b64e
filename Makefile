# SPDX-License-Identifier: GPL-3.0-or-later
# A thin front for meson: every target can be had with meson itself. `make help` lists them.

BUILD = build
TEST = meson test --print-errorlogs --no-rebuild -C
DESKTOP = --desktop $(BUILD)/src/gui/conclave
PACKAGES = build gui
TEST_PACKAGES = test gui-test

# For a server without a desktop: `make GUI=no install`.
GUI = yes
ifeq ($(GUI),no)
BUILD = build-no-gui
SETUP = -Dgui=disabled
DESKTOP =
PACKAGES = build
TEST_PACKAGES = test
endif

.PHONY: help all run test test-sanitizers test-clang bench bench-desktop screenshots lint install \
  clean packages test-packages clang-packages fuzz fuzz-packages torture test-tsan test-valgrind \
  analyze coverage analyze-packages docs docs-packages test-trixie test-systemd timing soak FORCE
.DELETE_ON_ERROR:
# Each build uses all cores already.
.NOTPARALLEL:

help:
	@echo 'make run              a demo room: install what is missing, build, and talk in it'
	@echo 'make test             install what is missing, build, run every test'
	@echo 'make test-sanitizers  the same by clang, with AddressSanitizer and UBSan'
	@echo 'make test-clang       the same, built by clang'
	@echo 'make test-tsan        what uses threads, with ThreadSanitizer'
	@echo 'make test-valgrind    a short talk under valgrind'
	@echo 'make test-trixie      build and test in a chroot of Debian 13, as root'
	@echo 'make test-systemd     the service under a systemd that runs, in a container; as root'
	@echo 'make analyze          read the sources with gcc -fanalyzer, clang-tidy and cppcheck'
	@echo 'make coverage         which lines no test runs: build-coverage/coverage/index.html'
	@echo 'make fuzz             feed each parser with nonsense, FUZZ_SECONDS=60 each'
	@echo 'make torture          kill the server TORTURE_KILLS=200 times, and lose nothing'
	@echo 'make timing           whether the time of decrypting and signing says something of secrets'
	@echo 'make bench            measure, and write docs/bench.json'
	@echo 'make bench-desktop    the same for the desktop app: docs/bench-desktop.json'
	@echo 'make soak             an hour of mixed load, and what memory the server holds meanwhile'
	@echo 'make screenshots      pictures of the desktop app in many looks, in docs/screenshots'
	@echo 'make docs             the reference of the code: build-docs/docs/ChatCommon, ChatClient'
	@echo 'make lint             check the form of the source files'
	@echo 'make install          install the three programs; PREFIX and DESTDIR are heeded'
	@echo 'make flatpak          build the desktop app as a Flatpak, install it for you, and start it'
	@echo 'make test-flatpak     build it, and use it in its sandbox with the portals, as root'
	@echo 'make deb              the Debian packages, in build-deb/packages'
	@echo 'make test-deb         build them in a fresh Debian, and try them in another (as root)'
	@echo 'make clean            remove everything that was built'
	@echo
	@echo 'With GUI=no, run, test and install do without the desktop app and without GTK.'

all: $(BUILD)/.built

run: all
	@GSETTINGS_SCHEMA_DIR=$(CURDIR)/$(BUILD)/data/desktop python3 data/demo/demo.py \
	  $(DESKTOP) $(BUILD)/src/server/chat-server $(BUILD)/src/cli/chat-client

test: test-packages all
	@$(TEST) $(BUILD); status=$$?; python3 tests/count-results.py $(BUILD); exit $$status

# Leaks are looked for as well. A crash must show where it happened, not only that it did.
# By clang, so that `make test` and this are two compilers in two builds.
test-sanitizers: export CC = clang
test-sanitizers: export ASAN_OPTIONS = detect_leaks=1:strict_string_checks=1:abort_on_error=0
test-sanitizers: export LSAN_OPTIONS = suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
test-sanitizers: export UBSAN_OPTIONS = print_stacktrace=1:halt_on_error=1
# The drivers of a GPU leak what they like.
test-sanitizers: export GDK_DEBUG = gl-disable
test-sanitizers: BUILD := build-sanitizers
test-sanitizers: SETUP := -Db_sanitize=address,undefined -Db_lundef=false --buildtype=debug
test-sanitizers: test-packages clang-packages build-sanitizers/.built
	@$(TEST) $(BUILD) --timeout-multiplier 4; status=$$?; \
	  python3 tests/count-results.py $(BUILD); exit $$status

test-clang: export CC = clang
test-clang: BUILD := build-clang
test-clang: test-packages clang-packages build-clang/.built
	@$(TEST) $(BUILD); status=$$?; python3 tests/count-results.py $(BUILD); exit $$status

# What has threads of its own, or runs in those of others.
TSAN_TESTS = archive draft guest-folder hostile-server keys link link-end link-handshake log \
  output-queue parallel pins pipeline poller profile reload replica room-book seal session store
test-tsan: export CC = clang
test-tsan: SETUP := -Dgui=disabled -Db_sanitize=thread -Db_lundef=false
test-tsan: clang-packages build-tsan/.built
	@tests/tsan/run.sh build-tsan $(TSAN_TESTS)

test-valgrind: test-packages all
	@CHAT_SERVER=$(BUILD)/src/server/chat-server CHAT_CLIENT=$(BUILD)/src/cli/chat-client \
	  /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/python/test_valgrind.py

# TRIXIE_TARGETS are what is made there: test-clang test-sanitizers, or screenshots.
TRIXIE_TARGETS = test
test-trixie:
	@nice tests/newer-debian.sh trixie $(TRIXIE_TARGETS)

# Needs root and systemd-nspawn (Debian: systemd-container), and says so; changes nothing here.
test-systemd: test-packages all
	@tests/systemd/boot.sh $(BUILD)

analyze: all analyze-packages
	@[ -f build-analyze/build.ninja ] || \
	  meson setup -Dc_args=-fanalyzer -Dwerror=false -Dtests=false build-analyze
	@tests/analyze.sh build-analyze $(BUILD)

coverage: BUILD := build-coverage
coverage: SETUP := -Db_coverage=true --buildtype=debug
coverage: test-packages analyze-packages build-coverage/.built
	@$(TEST) $(BUILD) --timeout-multiplier 4
	@mkdir -p $(BUILD)/coverage
	@cd $(BUILD) && gcovr --root .. --filter ../src/ --html-details coverage/index.html \
	  --print-summary

# What it finds new lands in build-fuzz/found; a crash becomes a file of tests/fuzz/corpus.
FUZZ_SECONDS = 60
FUZZ_TARGETS = $(sort $(notdir $(wildcard tests/fuzz/corpus/*)))
fuzz: export CC = clang
fuzz: export ASAN_OPTIONS = detect_leaks=1:strict_string_checks=1
fuzz: export LSAN_OPTIONS = suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
fuzz: export UBSAN_OPTIONS = print_stacktrace=1:halt_on_error=1
fuzz: SETUP := -Dfuzz=true -Dgui=disabled -Db_sanitize=address,undefined -Db_lundef=false
fuzz: fuzz-packages build-fuzz/.built
	@tests/fuzz/run.sh build-fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# TORTURE_SEED repeats what was done to one that failed.
TORTURE_KILLS = 200
torture: test-packages all
	@CHAT_SERVER=$(BUILD)/src/server/chat-server CHAT_CLIENT=$(BUILD)/src/cli/chat-client \
	  TORTURE_CLOCK=$(CURDIR)/$(BUILD)/tests/torture/libtorture-clock.so \
	  nice /usr/bin/python3 tests/python/torture.py $(TORTURE_KILLS) $(TORTURE_SEED)

# What the tests get from meson. Most pictures are for whoever changes the app; README has two.
SCREENSHOT_PROGRAMS = CHAT_SERVER=$(BUILD)/src/server/chat-server \
  CHAT_CLIENT=$(BUILD)/src/cli/chat-client CONCLAVE=$(BUILD)/src/gui/conclave \
  GSETTINGS_SCHEMA_DIR=$(CURDIR)/$(BUILD)/data/desktop CONCLAVE_LOCALE_DIR=$(CURDIR)/$(BUILD)/po
screenshots: test-packages all
	@$(SCREENSHOT_PROGRAMS) /usr/bin/python3 tests/desktop/screenshots.py docs/screenshots

# Welch's t, to be read by a person: no test, because it judges by the clock.
TIMING_MEASUREMENTS = 20000
timing: all
	@$(BUILD)/tests/tools/timing $(TIMING_MEASUREMENTS)

# As long as one figure is over its bar, the table says so; nothing fails.
bench: all
	@meson test --benchmark --verbose --no-rebuild -C $(BUILD) speed
	@python3 tests/bench/draw.py docs/bench.json docs/bench.svg

# What memory the server holds under a mixed load; the curve is in docs/RUNNING.md.
SOAK_MINUTES = 60
soak: test-packages all
	@CHAT_SERVER=$(BUILD)/src/server/chat-server \
	  nice -n 15 /usr/bin/python3 tests/soak/soak.py --minutes $(SOAK_MINUTES) docs/soak.json; \
	  status=$$?; python3 tests/soak/draw.py docs/soak.json docs/soak.svg; exit $$status

bench-desktop: test-packages all
	@meson test --benchmark --verbose --no-rebuild -C $(BUILD) desktop

# Only what it describes is built. What is public and not described is an error.
docs: SETUP := -Ddocs=enabled -Dgui=disabled -Dtests=false
docs: docs-packages
	@[ -f build-docs/build.ninja ] || meson setup $(SETUP) build-docs
	@ninja -C build-docs docs/ChatCommon docs/ChatClient
	@$(TEST) build-docs --suite docs

lint:
	@python3 tests/lint.py

PREFIX = /usr/local
install: packages
	@[ -f build-install/build.ninja ] || \
	  meson setup --prefix=$(PREFIX) --buildtype=release -Dtests=false -Dwerror=false $(SETUP) \
	    build-install
	@meson configure --prefix=$(PREFIX) $(or $(SETUP),-Dgui=enabled) build-install
	@meson install -C build-install

.PHONY: flatpak flatpak-packages
flatpak: flatpak-packages
	@flatpak/build.sh

# For root; needs the GNOME runtime of the manifest, which flatpak/build.sh gets from Flathub.
.PHONY: test-flatpak
test-flatpak: flatpak-packages test-packages all
	@data/install-packages.sh portal
	@tests/sandbox/run.sh $(BUILD)

.PHONY: deb test-deb deb-packages
# What lintian says of them is in test-deb, as is everything else.
deb:
	@data/debian/build.sh build-deb

test-deb: deb-packages
	@data/debian/check.sh build-deb

clean:
	rm -rf build build-no-gui build-sanitizers build-clang build-fuzz build-tsan build-analyze \
	  build-coverage build-deb build-docs build-flatpak build-install demo

packages:
	@data/install-packages.sh $(PACKAGES)

test-packages:
	@data/install-packages.sh $(PACKAGES) $(TEST_PACKAGES)

clang-packages:
	@data/install-packages.sh clang

fuzz-packages:
	@data/install-packages.sh clang fuzz

flatpak-packages:
	@data/install-packages.sh flatpak

deb-packages:
	@data/install-packages.sh deb

analyze-packages:
	@data/install-packages.sh clang analyze

docs-packages:
	@data/install-packages.sh build docs

# Not a file: ninja knows best what has to be built.
%/.built: packages FORCE
	@[ -f $*/build.ninja ] || meson setup $(SETUP) $*
	@ninja -C $*

FORCE:
