# Builds everything into $(BUILD). A folder is the unit of linking: folders are globbed, files are
# never listed. `make help` tells the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
export LC_ALL := C.UTF-8

BUILD ?= build
CXX := $(if $(filter default,$(origin CXX)),g++,$(CXX))
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
JOBS ?= $(shell nproc)

# WERROR=1   warnings are errors (make test, CI)
# V=1        print whole commands
# SANITIZE=  a list for -fsanitize (make asan, make fuzz)
OPTIMIZE := $(if $(SANITIZE),-O0,-O2)
SANITIZER := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CXXFLAGS ?= $(OPTIMIZE) -g
LDFLAGS ?= -Wl,-z,relro,-z,now
ALL_CXXFLAGS = -std=c++20 $(CXXFLAGS) $(SANITIZER) -fPIC -fvisibility=hidden -pthread $(WARNINGS)
LINK = $(CXX) $(CXXFLAGS) $(SANITIZER) $(LDFLAGS) -pthread

prefix ?= /usr/local
moduledir ?= /usr/lib/nginx/modules

# pkg-config's include folders are not ours: no warnings from them.
cflags = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(1)))
libs = $(shell pkg-config --libs $(1))
CORE_PC := libcrypto simdjson
DAEMON_PC := libuv libnghttp2 libssl libpq libmicrohttpd spdlog fmt $(CORE_PC)
CLI_PC := libcurl zlib $(CORE_PC)
PUSHSIM_PC := libuv libnghttp2 libssl $(CORE_PC)

OBJ := $(BUILD)/obj
GEN := $(BUILD)/gen
objects = $(patsubst %.cpp,$(OBJ)/%.o,$(wildcard $(1)))

CORE_OBJS := $(call objects,src/webpush/*.cpp)
MODULE_OBJS := $(call objects,src/ngx_http_webpush/*.cpp)
DAEMON_MAIN := $(call objects,src/webpushd/main.cpp)
DAEMON_OBJS := $(filter-out $(DAEMON_MAIN),$(call objects,src/webpushd/*.cpp src/webpushd/*/*.cpp))
CLI_MAIN := $(call objects,src/webpush_cli/main.cpp)
CLI_OBJS := $(filter-out $(CLI_MAIN),$(call objects,src/webpush_cli/*.cpp src/webpush_cli/*/*.cpp))
PUSHSIM_MAIN := $(call objects,src/pushsim/main.cpp)
PUSHSIM_OBJS := $(filter-out $(PUSHSIM_MAIN),$(call objects,src/pushsim/*.cpp))
MIGRATIONS := $(sort $(wildcard src/webpushd/store/migrations/*.sql))
BROWSER_SOURCES := package.json $(wildcard src/browser/*.ts)

CORE := $(OBJ)/libwebpush.a
DAEMON := $(OBJ)/libwebpushd.a
PUSHSIM_LIB := $(OBJ)/libpushsim.a
CLI_LIB := $(OBJ)/libwebpush_cli.a
REPLAY := $(OBJ)/t/fuzz/replay/replay.o

MODULE_SO := $(if $(MODULE_OBJS),$(BUILD)/ngx_http_webpush_module.so)
WEBPUSHD := $(if $(DAEMON_MAIN),$(BUILD)/webpushd)
CLI := $(if $(CLI_MAIN),$(BUILD)/webpush)
PUSHSIM := $(if $(PUSHSIM_MAIN),$(BUILD)/pushsim)
BROWSER := $(if $(wildcard src/browser/*.ts),$(BUILD)/browser/sdk.js $(BUILD)/browser/sw.js)
UNITS := $(patsubst t/unit/%.cpp,$(BUILD)/unit/%,$(wildcard t/unit/*.cpp t/unit/*/*.cpp))
FUZZ_SOURCES := $(filter-out t/fuzz/replay/%,$(wildcard t/fuzz/*.cpp t/fuzz/*/*.cpp))
FUZZERS := $(patsubst t/fuzz/%.cpp,$(BUILD)/fuzz/%,$(FUZZ_SOURCES))
BENCHES := $(patsubst t/bench/%.cpp,$(BUILD)/bench/%,$(wildcard t/bench/*.cpp)) \
    $(BUILD)/bench/unsynced_module.so

.PHONY: all module daemon cli browser pushsim units fuzzers benches
all: module daemon cli browser ## build the module, webpushd, webpush and the browser scripts (default)
module: $(MODULE_SO) ## build only the nginx module
daemon: $(WEBPUSHD) ## build only webpushd
cli: $(CLI) ## build only the webpush command
browser: $(BROWSER) ## build only the browser scripts
pushsim: $(PUSHSIM) ## build only the simulator of push services and browsers
units: $(UNITS) ## build the C++ unit tests
fuzzers: $(FUZZERS) ## build the fuzz targets' replay programs
benches: $(BENCHES) ## build what the benchmarks need besides


# ---- objects and programs ----

ifdef V
run = $(2)
else
run = @printf '  %-5s %s\n' $(1) $@; $(2)
endif

# A file that changes only with its content: $(call remember,FILE,CONTENT); what depends on it is
# made again when flags or a folder's list of files change.
define remember
$(1): FORCE
	@mkdir -p $$(@D); echo '$(2)' | cmp -s - $$@ || echo '$(2)' > $$@
endef

.PHONY: FORCE
$(eval $(call remember,$(OBJ)/flags,$(CXX) $(ALL_CXXFLAGS)))
$(eval $(call remember,$(OBJ)/libwebpush.list,$(CORE_OBJS)))
$(eval $(call remember,$(OBJ)/libwebpushd.list,$(DAEMON_OBJS) $(MIGRATIONS)))
$(eval $(call remember,$(OBJ)/libpushsim.list,$(PUSHSIM_OBJS)))
$(eval $(call remember,$(OBJ)/libwebpush_cli.list,$(CLI_OBJS)))
$(eval $(call remember,$(OBJ)/programs.list,$(MODULE_OBJS)))

INCLUDES = -Isrc
$(OBJ)/src/ngx_http_webpush/%.o $(OBJ)/t/bench/module/%.o: INCLUDES += $(NGX_INCLUDES)
$(OBJ)/src/webpushd/%.o $(OBJ)/gen/%.o: INCLUDES += -Isrc/webpushd $(call cflags,$(DAEMON_PC))
$(OBJ)/src/pushsim/%.o: INCLUDES += $(call cflags,$(PUSHSIM_PC))
$(OBJ)/src/webpush_cli/%.o: INCLUDES += -Isrc/webpush_cli $(call cflags,$(CLI_PC))
$(OBJ)/t/unit/%.o: INCLUDES += -It/unit
$(OBJ)/t/fuzz/%.o: INCLUDES += -It/fuzz
$(OBJ)/t/unit/pushsim/%.o: INCLUDES += -Isrc/pushsim $(call cflags,$(PUSHSIM_PC))
$(OBJ)/t/unit/webpushd/%.o: INCLUDES += -Isrc/webpushd $(call cflags,$(DAEMON_PC))
$(OBJ)/t/unit/webpush_cli/%.o: INCLUDES += -Isrc/webpush_cli $(call cflags,$(CLI_PC))
$(OBJ)/t/fuzz/pushsim/%.o: INCLUDES += -Isrc/pushsim $(call cflags,$(PUSHSIM_PC))
$(OBJ)/t/fuzz/webpushd/%.o: INCLUDES += -Isrc/webpushd $(call cflags,$(DAEMON_PC))
$(OBJ)/t/fuzz/webpush_cli/%.o: INCLUDES += -Isrc/webpush_cli $(call cflags,$(CLI_PC))

compile = mkdir -p $(@D) && $(CXX) $(ALL_CXXFLAGS) $(if $(WERROR),-Werror) $(INCLUDES) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.cpp $(OBJ)/flags
	$(call run,CXX,$(compile))

$(OBJ)/gen/%.o: $(GEN)/%.cpp $(OBJ)/flags
	$(call run,CXX,$(compile))

archive = rm -f $@ && ar qcs $@ $(filter %.o,$^)

$(CORE): $(CORE_OBJS) $(OBJ)/libwebpush.list
	$(call run,AR,$(archive))

$(DAEMON): $(DAEMON_OBJS) $(OBJ)/gen/migrations.o $(OBJ)/libwebpushd.list
	$(call run,AR,$(archive))

$(PUSHSIM_LIB): $(PUSHSIM_OBJS) $(OBJ)/libpushsim.list
	$(call run,AR,$(archive))

$(CLI_LIB): $(CLI_OBJS) $(OBJ)/libwebpush_cli.list
	$(call run,AR,$(archive))

EMBED := src/webpushd/store/migrations/embed
$(GEN)/migrations.cpp: $(EMBED) $(MIGRATIONS) $(OBJ)/libwebpushd.list
	$(call run,GEN,mkdir -p $(@D) && $(EMBED) $(MIGRATIONS) > $@)

link = mkdir -p $(@D) && $(LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^)

$(BUILD)/webpushd: $(DAEMON_MAIN) $(DAEMON) $(CORE)
	$(call run,LINK,$(link) $(call libs,$(DAEMON_PC)))

$(BUILD)/webpush: $(CLI_MAIN) $(CLI_LIB) $(CORE)
	$(call run,LINK,$(link) $(call libs,$(CLI_PC)))

$(BUILD)/pushsim: $(PUSHSIM_MAIN) $(PUSHSIM_LIB) $(CORE)
	$(call run,LINK,$(link) $(call libs,$(PUSHSIM_PC)))


# ---- the nginx module, against Debian's nginx-dev ----

NGX_SRC ?= /usr/share/nginx/src
NGX := $(abspath build/ngx)
NGX_PARTS := core event event/modules os/unix http http/modules http/v2
NGX_INCLUDES := -isystem $(NGX) $(addprefix -isystem $(NGX_SRC)/src/,$(NGX_PARTS))
NGX_MODULES_C := $(NGX)/ngx_http_webpush_module_modules.c
EXPORTS := src/ngx_http_webpush/exports.map

# nginx's configure runs once for its generated headers and the module table, with Debian's flags:
# they decide which parts of nginx's structures exist. Again only when nginx-dev or config changes.
$(eval $(call remember,build/ngx.id,$(shell cat $(NGX_SRC)/conf_flags $(NGX_SRC)/src/core/nginx.h \
    2>/dev/null | cksum)))

$(NGX_MODULES_C): config config.make build/ngx.id
	$(call run,CONF,mkdir -p $(NGX) && cd $(NGX_SRC) && . ./conf_flags && \
	    bash ./configure --with-cc-opt='-g -O2 -fPIC' "$${NGX_CONF_FLAGS[@]}" \
	    --add-dynamic-module=$(CURDIR) --builddir=$(NGX) > $(NGX).log 2>&1 || \
	    { cat $(NGX).log; exit 1; })
	@touch $@

$(MODULE_OBJS): $(NGX_MODULES_C)

$(OBJ)/ngx_modules.o: $(NGX_MODULES_C) $(OBJ)/flags
	$(call run,CC,mkdir -p $(@D) && $(CC) -g -O2 -fPIC $(NGX_INCLUDES) -c -o $@ $<)

$(BUILD)/ngx_http_webpush_module.so: $(MODULE_OBJS) $(OBJ)/ngx_modules.o $(CORE) $(EXPORTS) \
    $(OBJ)/programs.list
	$(call run,LINK,$(link) -shared -Wl$(comma)--version-script=$(EXPORTS) $(call libs,$(CORE_PC)))

comma := ,

# The benchmarks' other build of it: a file of t/bench/module stands for ours of the same name.
STAND_INS := $(call objects,t/bench/module/*.cpp)
OTHER_OBJS := $(filter-out $(addprefix %/,$(notdir $(STAND_INS))),$(MODULE_OBJS)) $(STAND_INS)
$(STAND_INS): $(NGX_MODULES_C)

$(BUILD)/bench/unsynced_module.so: $(OTHER_OBJS) $(OBJ)/ngx_modules.o $(CORE) $(EXPORTS)
	$(call run,LINK,$(link) -shared -Wl$(comma)--version-script=$(EXPORTS) $(call libs,$(CORE_PC)))

include t/nginx/rules.mk


# ---- browser scripts ----

node_modules/.package-lock.json: package-lock.json
	@echo "npm ci: $$(sed -nE '/devDependencies/,/}/s/^ *"(.+)": "(.+)".*/\1@\2/p' package.json | xargs)"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# package.json's "build" script names the entry points and takes the folder to write to.
$(BUILD)/browser/sdk.js $(BUILD)/browser/sw.js &: $(BROWSER_SOURCES) node_modules/.package-lock.json
	$(call run,NPM,npm run --silent build -- --outdir=$(abspath $(@D)) --log-level=warning)
	@touch $(BUILD)/browser/sdk.js $(BUILD)/browser/sw.js


# ---- C++ unit tests, fuzz targets, benchmarks ----

$(BUILD)/unit/webpushd/%: $(OBJ)/t/unit/webpushd/%.o $(DAEMON) $(CORE)
	$(call run,LINK,$(link) $(call libs,$(DAEMON_PC)))

$(BUILD)/unit/pushsim/%: $(OBJ)/t/unit/pushsim/%.o $(PUSHSIM_LIB) $(CORE)
	$(call run,LINK,$(link) $(call libs,$(PUSHSIM_PC)))

$(BUILD)/unit/webpush_cli/%: $(OBJ)/t/unit/webpush_cli/%.o $(CLI_LIB) $(CORE)
	$(call run,LINK,$(link) $(call libs,$(CLI_PC)))

$(BUILD)/unit/%: $(OBJ)/t/unit/%.o $(CORE)
	$(call run,LINK,$(link) $(call libs,$(CORE_PC)))

# Of the leaves a target needs only what its headers lead to: the whole takes clang minutes.
# FUZZ_ENGINE takes the replay program's place in `make fuzz`.
FUZZ_ENGINE ?=
FUZZ_MAIN := $(if $(FUZZ_ENGINE),,$(REPLAY))
$(BUILD)/fuzz/webpushd/%: FUZZ_PC = $(DAEMON_PC)
$(BUILD)/fuzz/webpush_cli/%: FUZZ_PC = $(CLI_PC)
$(BUILD)/fuzz/pushsim/%: FUZZ_PC = $(PUSHSIM_PC)
FUZZ_PC = $(CORE_PC)
$(BUILD)/fuzz/%: $(OBJ)/t/fuzz/%.o $(FUZZ_MAIN) $(CORE)
	$(call run,LINK,$(link) $(FUZZ_ENGINE) $(call libs,$(FUZZ_PC)))

FUZZ_READ := $(FUZZ_SOURCES) $(wildcard $(addsuffix .h,src/*/* src/*/*/*) $(addsuffix .cpp,src/*/* src/*/*/*))
$(eval $(call remember,build/fuzz.list,$(FUZZ_READ)))
build/fuzz.mk: t/fuzz/objects build/fuzz.list $(FUZZ_READ)
	@t/fuzz/objects > $@

include build/fuzz.mk

$(BUILD)/bench/%: $(OBJ)/t/bench/%.o $(CORE)
	$(call run,LINK,$(link) $(call libs,$(CORE_PC)))

.SECONDARY:


# ---- demo ----

.PHONY: run
run: deps ## show all of it: a shop, 5,000 simulated browsers, a campaign, its report (DEMO=once: then end)
	@$(MAKE) --no-print-directory -j$(JOBS) all pushsim
	@WEBPUSH_BUILD=$(abspath $(BUILD)) conf-examples/demo/run


# ---- tests ----

TESTS ?= t
PROVE = prove -I t/lib -j$(JOBS) --timer -r $(TESTS)
# Minutes of building that only these need.
NGINX_TESTED = $(if $(filter t t/03-% t/05-%,$(TESTS)),compat)

.PHONY: test asan nopool fuzz
test: deps ## build with warnings as errors and run all tests (TESTS="t/20-*.t" for some)
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=1 all pushsim units fuzzers benches $(NGINX_TESTED)
	$(PROVE)

SANITIZED := BUILD=build/asan SANITIZE=address,undefined
asan: deps ## the same tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory -j$(JOBS) $(SANITIZED) all pushsim units fuzzers benches $(NGINX_TESTED)
	WEBPUSH_BUILD=$(CURDIR)/build/asan TEST_SANITIZE=1 $(PROVE)

SOAK_RUNS ?= 200
.PHONY: soak
soak: deps ## kill nginx, webpushd and postgres SOAK_RUNS times at random moments (SEED=... repeats)
	@$(MAKE) --no-print-directory -j$(JOBS) all pushsim
	SOAK_RUNS=$(SOAK_RUNS) prove -I t/lib --timer t/58-killed.t

ENDURE_SECONDS ?= 3600
.PHONY: endure
endure: deps ## reloads, kills and full disks under load for ENDURE_SECONDS, nothing lost or grown (SEED=... repeats)
	@$(MAKE) --no-print-directory -j$(JOBS) all
	ENDURE_SECONDS=$(ENDURE_SECONDS) prove -I t/lib --timer t/28-endure.t

# In stock nginx what a request had is freed with its whole pool, and a use after that goes unseen.
nopool: deps ## the edge's tests under both sanitizers, with an nginx that has no pools
	@$(MAKE) --no-print-directory -j$(JOBS) $(SANITIZED) all compat-$(NGINX_NOPOOL)
	WEBPUSH_BUILD=$(CURDIR)/build/asan TEST_SANITIZE=1 TEST_NGINX=$(NGINX_DIR)/$(NGINX_NOPOOL)/nginx \
	    prove -I t/lib -j$(JOBS) --timer $(if $(filter t,$(TESTS)),$(wildcard t/1*.t t/2*.t),$(TESTS))

# Each target searches on from its seeds and what earlier runs found (build/libfuzzer/corpus).
# FUZZ_SECONDS each, FUZZ_JOBS at a time; FUZZ="token webpushd/route" for some.
FUZZ_SECONDS ?= 4
FUZZ_JOBS ?= $(JOBS)
FUZZ ?= $(FUZZ_SOURCES:t/fuzz/%.cpp=%)
FUZZ_CXX ?= clang++
LIBFUZZER := BUILD=build/libfuzzer CXX='$(FUZZ_CXX)' SANITIZE=fuzzer-no-link,address,undefined \
    FUZZ_ENGINE=-fsanitize=fuzzer OPTIMIZE=-O1
fuzz: deps ## search every parser of outside bytes for inputs that break it, by clang's libFuzzer
	@t/fuzz/clang '$(FUZZ_CXX)'
	@$(MAKE) --no-print-directory -j$(JOBS) $(LIBFUZZER) $(FUZZ:%=build/libfuzzer/fuzz/%)
	@t/fuzz/run build/libfuzzer $(FUZZ_SECONDS) $(FUZZ_JOBS) $(FUZZ)


# ---- benchmarks ----

BENCH ?=
# That may be open at once: edge.memory has 10,000 connections, and most shells allow 1,024 files.
BENCH_FILES := 20000
.PHONY: bench
bench: deps ## measure (t/bench/README.md), write build/bench.json (BENCH=edge.click for some rows)
	@$(MAKE) --no-print-directory -j$(JOBS) all benches
	@ulimit -S -n $(BENCH_FILES) 2> /dev/null || ulimit -S -n "$$(ulimit -H -n)"; \
	    perl -I t/lib -I t/bench/lib t/bench/run.pl $(BENCH)


# ---- the rest ----

.PHONY: deps install clean help
deps: ## install missing packages (apt, npm); as root, or SUDO=1 to use sudo
	@.ci/deps
	@test ! -f package-lock.json || $(MAKE) -s --no-print-directory node_modules/.package-lock.json

install: all ## install below $(DESTDIR)$(prefix), the module into $(DESTDIR)$(moduledir)
	install -D -m 755 $(BUILD)/webpushd $(DESTDIR)$(prefix)/sbin/webpushd
	install -D -m 755 $(BUILD)/webpush $(DESTDIR)$(prefix)/bin/webpush
	install -D -m 644 $(BUILD)/ngx_http_webpush_module.so \
	    $(DESTDIR)$(moduledir)/ngx_http_webpush_module.so
	install -d $(DESTDIR)$(prefix)/share/webpush
	install -m 644 $(BROWSER) $(DESTDIR)$(prefix)/share/webpush

clean: ## remove what was built
	rm -rf build

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile t/nginx/rules.mk | expand -t 20

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
