# Language flags for our objects only: nginx compiles its generated C file with the global ones.

cat << END >> $NGX_MAKEFILE

$NGX_OBJS/addon/webpush/%.o $NGX_OBJS/addon/ngx_http_webpush/%.o: \\
	CFLAGS += -std=c++20 -fvisibility=hidden

END
