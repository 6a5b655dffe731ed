package WebPush::Shop;

# The configurations of conf-examples as they stand, but for addresses, folders and (as browsers
# trust loopback) TLS. nginx.conf is the demo shop's.
#
#     my $nginx = WebPush::Nginx->new(config => shop_config(edge => $dir, log => $dir));
#     $nginx->run;
#     $browser->visit(shop_origin($nginx));

use WebPush::Test;

use Exporter ();

our @ISA = ('Exporter');
our @EXPORT = qw(shop_config example_config shop_origin);

my $debian_modules = '/usr/lib/nginx/modules';

sub import { goto &Exporter::import }

# edge, log: the folders that the edge shares with webpushd; tls: a folder with fullchain.pem and
# key.pem, without it the shop speaks plain HTTP; upstream: the address of the shop's software;
# proxies: the network of a CDN or load balancer; geoip: a folder with the database. For
# WebPush::Nginx, which fills in the tokens.
sub shop_config { return example_config('nginx.conf', @_) }

# The same for any of them. Sites of one file listen at %%PORT%%, told apart by their names.
sub example_config {
    my ($file, %folder) = @_;
    my $config = read_file(root() . "/conf-examples/$file");
    $config =~ s/^worker_rlimit_nofile.*\n//m;    # may be more than this machine lets anybody have
    for my $line (qw(user worker_processes pid error_log), 'access_log /var/log/nginx/access.log') {
        $config =~ s/^ *$line\b.*;\n//m;    # %%GLOBALS%% and %%HTTP%% have these
    }
    $config =~ s/listen 443( ssl(?: http2)?);/"listen 127.0.0.1:%%PORT%%" . ($folder{tls} ? $1 : '') . ';'/ge;
    $config =~ s/^ *ssl_certificate.*;\n//mg if !$folder{tls};
    $config =~ s{/etc/ssl/\w+\.example}{$folder{tls}}g if $folder{tls};
    my @changes = (
        ['load_module modules/ngx_http_webpush_module.so;' => '%%GLOBALS%%'],
        ['load_module modules/' => "load_module $debian_modules/"],
        ['http {' => "http {\n%%HTTP%%"],
        ['/var/lib/webpush/edge' => $folder{edge}],
        ['/var/lib/webpush/log' => $folder{log}],
        ['/var/log/nginx' => '%%DIR%%/logs'],
        ['/usr/local/share/webpush/' => build_path('browser/')],
        ['/srv/shop' => root() . '/conf-examples/shop'],
        ['/srv/blog' => root() . '/conf-examples/shop'],
        ['127.0.0.1:8080' => $folder{upstream} // '127.0.0.1:8080'],
        ['127.0.0.1:8081' => '127.0.0.1:%%PORT3%%'],
        ['/var/lib/GeoIP' => $folder{geoip} // '/var/lib/GeoIP'],
        ['192.0.2.0/24' => $folder{proxies} // '192.0.2.0/24'],
        ['listen 80;' => 'listen 127.0.0.1:%%PORT2%%;'],
    );
    for my $change (@changes) {
        my ($from, $to) = @$change;
        $config =~ s/\Q$from\E/$to/g;
    }
    return $config;
}

sub shop_origin { return 'http://127.0.0.1:' . $_[0]->port }

1;
