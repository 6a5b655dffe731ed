# The module built by nginx's own configure and make (config, config.make), for other nginx than the
# one of the Makefile: included by it. A build is called VERSION-FLAVOUR and is made in
# build/nginx/VERSION-FLAVOUR/, with the features that Debian's nginx has, and HTTP/3 where the
# source has it. Flavours:
#
#     static   nginx with the module in it (--add-module)
#     dynamic  nginx and the module as a file (--add-dynamic-module)
#     nopool   nginx with AddressSanitizer and UndefinedBehaviorSanitizer and without pools: every
#              allocation is malloc's own, so that they see its end; loads what `make asan` builds
#
# VERSION debian is nginx-dev's tree, which has what modules need and no nginx.

NGINX_BUILDS ?= 1.22.1-static 1.26.3-static 1.26.3-dynamic
NGINX_NOPOOL := 1.22.1-nopool

# Which of Debian's suites has a version; for others tell NGINX_SUITE. The file that it gives can
# also be put there by hand: build/nginx/VERSION.tar.gz.
SUITE_1.22.1 := bookworm
SUITE_1.26.3 := trixie

NGINX_DIR := $(CURDIR)/build/nginx
NGINX_FLAGS_static := --with-cc-opt=-g0 --add-module=$(CURDIR)
NGINX_FLAGS_dynamic := --with-cc-opt=-g0 --add-dynamic-module=$(CURDIR)
# nginx knows what it does: it copies no octets from NULL, and numbers to where they are not aligned.
NGINX_SANITIZER := -fsanitize=address,undefined -fno-sanitize=nonnull-attribute,alignment
NGINX_FLAGS_nopool := --with-cc-opt='$(NGINX_SANITIZER) -fno-sanitize-recover=undefined \
    -DNGX_DEBUG_PALLOC=1' --with-ld-opt='$(NGINX_SANITIZER)'

nginx_version = $(firstword $(subst -, ,$(1)))
nginx_flavour = $(lastword $(subst -, ,$(1)))
nginx_source = $(if $(filter debian-%,$(1)),$(NGX_SRC),$(NGINX_DIR)/$(call nginx_version,$(1)))

.PHONY: compat
compat: $(addprefix compat-,debian-dynamic $(NGINX_BUILDS)) ## build the module with other nginx, from source

$(NGINX_DIR)/%.tar.gz:
	$(call run,FETCH,t/nginx/fetch $* \
	    $(or $(NGINX_SUITE),$(SUITE_$*),$(error which suite has nginx $*? tell NGINX_SUITE)) $@)

$(NGINX_DIR)/%/configure: $(NGINX_DIR)/%.tar.gz
	@mkdir -p $(@D) && tar xf $< -C $(@D) --strip-components=1 && touch $@

# configure lists the module's files: once more when that list or what it reads has changed.
$(eval $(call remember,build/nginx/sources.list,$(wildcard src/webpush/*.* src/ngx_http_webpush/*.*)))

define nginx_build
$(NGINX_DIR)/$(1)/Makefile: $(call nginx_source,$(1))/configure \
    $(if $(filter %-nopool,$(1)),,config config.make build/nginx/sources.list) \
    t/nginx/rules.mk build/ngx.id
	$$(call run,CONF,cd $$(<D) && . $(NGX_SRC)/conf_flags && mkdir -p $$(@D) && \
	    bash ./configure "$$$${NGX_CONF_FLAGS[@]}" $$(NGINX_FLAGS_$(call nginx_flavour,$(1))) \
	    $$(if $$(wildcard $$(<D)/src/http/v3/*.c),--with-http_v3_module) \
	    --builddir=$$(@D) > $$(@D)/configure.log 2>&1 || { tail -20 $$(@D)/configure.log; exit 1; })

# nginx's own make knows what is out of date.
.PHONY: compat-$(1)
compat-$(1): $(NGINX_DIR)/$(1)/Makefile
	+$$(call run,MAKE,$$(MAKE) -s -C $(call nginx_source,$(1)) -f $$< \
	    $(if $(filter debian-%,$(1)),modules,build))
endef
$(foreach build,debian-dynamic $(NGINX_BUILDS) $(NGINX_NOPOOL),$(eval $(call nginx_build,$(build))))
