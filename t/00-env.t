# The machine has what the tests need, so that no other test has a reason to skip itself, and no test
# file got lost.

use WebPush::Test;
use WebPush::Process qw(capture);

# Whoever adds or removes a test file changes this number.
my $test_files = 82;

my %version_of = (
    'g++' => qr/(\d+\.\d+)/,
    'nginx' => qr{nginx/([\d.]+)},
    'psql' => qr/([\d.]+)/,
    'firefox-esr' => qr/Firefox ([\d.]+)/,
    'chromium' => qr/Chromium ([\d.]+)/,
    'node' => qr/v([\d.]+)/,
    'npm' => qr/([\d.]+)/,
    'curl' => qr/curl ([\d.]+)/,
    'nghttp' => qr{nghttp2/([\d.]+)},
    'openssl' => qr/OpenSSL ([\d.]+)/,
    'dbus-daemon' => qr/([\d.]+)/,
);

for my $program (sort keys %version_of) {
    my $option = $program eq 'nginx' ? '-v' : $program eq 'openssl' ? 'version' : '--version';
    my $result = capture([$program, $option], env => { HOME => test_dir() });
    my ($version) = "$result->{stdout}$result->{stderr}" =~ $version_of{$program};
    ok($result->{exit} == 0 && $version, "$program " . ($version // 'is missing'));
}

for my $module (qw(CryptX IO::Socket::SSL Protocol::HTTP2 JSON::PP MaxMind::DB::Writer)) {
    ok(eval "require $module", "Perl's $module " . ($module->VERSION // 'is missing'));
}

my ($postgres) = sort glob '/usr/lib/postgresql/*/bin/postgres';
ok(defined $postgres && -x $postgres, 'PostgreSQL server ' . ($postgres // 'is missing'));

my $nginx_source = '/usr/share/nginx/src/src/core/nginx.h';
my ($headers) = -e $nginx_source ? read_file($nginx_source) =~ /NGINX_VERSION +"(.*)"/ : 'none';
my ($binary) = capture(['nginx', '-v'])->{stderr} =~ $version_of{nginx};
is($headers, $binary, 'nginx-dev has the headers of this nginx');

is(capture([root() . '/.ci/deps'])->{stdout}, "deps: all Debian packages are installed\n",
    'every package of .ci/packages is there');

for my $built (qw(webpushd webpush ngx_http_webpush_module.so browser/sdk.js browser/sw.js)) {
    ok(-s build_path($built), "$built is built");
}

my @found = split /\n/, capture(['find', 't', '-name', '*.t'])->{stdout};
is(scalar @found, $test_files, 'the number of test files is as written in this file');

done_testing();
