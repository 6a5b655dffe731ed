package WebPush::Shop;

# The demo shop: conf-examples/nginx.conf as it stands, but for addresses, folders and (as browsers
# trust loopback) TLS.
#
#     my $nginx = WebPush::Nginx->new(config => shop_config(edge => $dir, log => $dir));
#     $nginx->run;
#     $browser->visit(shop_origin($nginx));

use WebPush::Test;

use Exporter ();

our @ISA = ('Exporter');
our @EXPORT = qw(shop_config shop_origin);

sub import { goto &Exporter::import }

# edge, log: the folders that the edge shares with webpushd; tls: a folder with fullchain.pem and
# key.pem, without it the shop speaks plain HTTP. For WebPush::Nginx, which fills in the tokens.
sub shop_config {
    my (%folder) = @_;
    my $config = read_file(root() . '/conf-examples/nginx.conf');
    my @tls = $folder{tls}
        ? (['/etc/ssl/shop.example' => $folder{tls}],
           ['listen 443 ssl http2;' => 'listen 127.0.0.1:%%PORT%% ssl http2;'])
        : (['listen 443 ssl http2;' => 'listen 127.0.0.1:%%PORT%%;'],
           ['ssl_certificate /etc/ssl/shop.example/fullchain.pem;' => ''],
           ['ssl_certificate_key /etc/ssl/shop.example/key.pem;' => '']);
    my @changes = (
        ['load_module modules/ngx_http_webpush_module.so;' => '%%GLOBALS%%'],
        ['user www-data;' => ''],
        ['worker_processes auto;' => ''],
        ['pid /run/nginx.pid;' => ''],
        ['error_log /var/log/nginx/error.log;' => ''],
        ['access_log /var/log/nginx/access.log;' => '%%HTTP%%'],
        ['/var/lib/webpush/edge' => $folder{edge}],
        ['/var/lib/webpush/log' => $folder{log}],
        ['/usr/local/share/webpush/' => build_path('browser/')],
        ['/srv/shop' => root() . '/conf-examples/shop'],
        ['listen 80;' => 'listen 127.0.0.1:%%PORT2%%;'],
        @tls,
    );
    for my $change (@changes) {
        my ($from, $to) = @$change;
        $config =~ s/\Q$from\E/$to/g or die "conf-examples/nginx.conf has no \"$from\"\n";
    }
    return $config;
}

sub shop_origin { return 'http://127.0.0.1:' . $_[0]->port }

1;
