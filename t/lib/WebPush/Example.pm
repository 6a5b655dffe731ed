package WebPush::Example;

# A configuration of conf-examples, run as an operator would, with TLS and under its own host names, and
# curl to ask it. The sites' keys are an edge's of the test's (WebPush::Edge).
#
#     my $example = WebPush::Example->start('several-sites.conf', sites => ['default', 'blog']);
#     like($example->get('https://blog.example/news/sdk.js'), qr{^HTTP/2 200 });
#     $example->subscribe('https://blog.example/news/');
#     my @records = $example->edge->records('subscriptions');
#
# https leads to %%PORT%%, http to %%PORT2%%, http at port 8081 to %%PORT3%%.

use WebPush::Test;
use WebPush::Edge;
use WebPush::Process qw(capture);
use WebPush::Shop;

use JSON::PP ();

# Options: sites (["default"]); proxies, upstream, geoip as in WebPush::Shop.
sub start {
    my ($class, $file, %option) = @_;
    my $edge = WebPush::Edge->new;
    my $self = bless { edge => $edge }, $class;
    for my $site (@{ delete $option{sites} // ['default'] }) {
        $edge->add_site($site);
        my $folder = $edge->edge_dir . "/$site/public";
        mkdir $folder or die "mkdir $folder: $!";
        write_file("$folder/config.json", '{"v":1}');
    }
    my $config = example_config($file, edge => '%%EDGE%%', log => '%%LOG%%', tls => tls_folder(), %option);
    is($edge->nginx->try_config($config)->{output}, '', "$file: nginx -t");
    $edge->nginx->write_config($config);
    $edge->run;
    return $self;
}

sub edge { return $_[0]{edge} }
sub nginx { return $_[0]{edge}->nginx }

# Headers and body, as curl gets them; more of curl's arguments after the URL.
sub get {
    my ($self, @arguments) = @_;
    my %port = (443 => '', 80 => 2, 8081 => 3);
    my $result = capture([
        'curl', '-sS', '-i', '--cacert', tls_folder() . '/fullchain.pem',
        (map { ('--connect-to', ":$_:127.0.0.1:" . $self->nginx->port($port{$_})) } sort keys %port),
        @arguments,
    ]);
    return $result->{stdout} . $result->{stderr};
}

# `data` is text or becomes JSON.
sub post {
    my ($self, $url, $data, @arguments) = @_;
    my $body = ref $data ? JSON::PP::encode_json($data) : $data;
    return $self->get($url, '-H', 'Content-Type: application/json', '-d', $body, @arguments);
}

# From a page of the same host; `folder` is that of the endpoints, with its slash. Gives the answer.
sub subscribe {
    my ($self, $folder) = @_;
    my ($origin) = $folder =~ m{^(https://[^/]+)};
    my $answer = $self->post("${folder}subscribe", subscription(), '-H', "Origin: $origin");
    like($answer, qr{^HTTP/\S+ 200 }, "subscribed at $folder");
    return $answer;
}

# Made once a test, for all hosts of the examples.
my $tls;

sub tls_folder {
    return $tls if $tls;
    $tls = test_dir() . '/tls';
    mkdir $tls or die "mkdir $tls: $!";
    my $names = join ',', map { "DNS:$_" } qw(shop.example *.shop.example blog.example);
    my $made = capture([
        qw(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2),
        qw(-subj /CN=shop.example -addext), "subjectAltName=$names",
        '-keyout', "$tls/key.pem", '-out', "$tls/fullchain.pem",
    ]);
    die "openssl: $made->{stderr}\n" if $made->{exit} != 0;
    return $tls;
}

1;
