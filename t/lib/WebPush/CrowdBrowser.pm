package WebPush::CrowdBrowser;

# One browser of a crowd: what it asks about its subscription, what it has been told, and what the
# database must therefore say of it (WebPush::Ledger).
#
#     my $browser = WebPush::CrowdBrowser->new($edge);
#     my $request = $browser->next_request;    # {path, body, ok, cookie}; the same one until it is answered
#     $browser->acknowledge;                   # as $request->{ok} says
#     print map { "$_\n" } $browser->expected; # when it asks no more
#
# Decisions have growing counters, pages growing numbers: so it can be told which was the last.

use WebPush::Test;
use WebPush::Edge;

use JSON::PP ();
use MIME::Base64 qw(decode_base64url);

my $json = JSON::PP->new->utf8;

# What it does next, by what it is, and how often.
my %habits = (
    none => [subscribe => 1],
    active => [refresh => 30, profile => 12, mixed => 6, identify => 8, track => 10, unsubscribe => 8,
        replace => 10, subscribe => 10],
    left => [subscribe => 2, stale => 1],
);

sub new {
    my ($class, $edge) = @_;
    my $self = bless { edge => $edge, state => 'none', n => 0, number => 0, page => 0, past => [], facts => {},
        tracked => [] }, $class;
    $self->move(new_endpoint());
    return $self;
}

sub move {
    my ($self, $endpoint) = @_;
    @$self{qw(endpoint id)} = ($endpoint, endpoint_id($endpoint));
    return;
}

sub next_request {
    my ($self) = @_;
    return $self->{pending} //= do {
        my $what = picked(@{ $habits{ $self->{state} } });
        $self->$what;
    };
}

# One of the names, as often as the number after it says.
sub picked {
    my (%weight) = @_;
    my $all = 0;
    $all += $_ for values %weight;
    my $place = rand $all;
    for my $name (sort keys %weight) {
        return $name if ($place -= $weight{$name}) < 0;
    }
    die 'no weights';
}

# ---- consent ----

sub subscribe {
    my ($self) = @_;
    my %effect = (state => 'active', n => ++$self->{n});
    return $self->consent(\%effect, endpoint => $self->{endpoint});
}

sub refresh {
    my ($self) = @_;
    return $self->consent({}, kind => 'refresh', endpoint => $self->{endpoint});
}

# From a page that does not know that he has left: changes nothing.
sub stale {
    my ($self) = @_;
    my $request = $self->refresh;
    delete $request->{effect}{page};
    return $request;
}

sub replace {
    my ($self) = @_;
    my $endpoint = new_endpoint();
    my %effect = (state => 'active', n => ++$self->{n}, endpoint => $endpoint);
    return $self->consent(\%effect, endpoint => $endpoint, replaces => $self->{endpoint});
}

sub consent {
    my ($self, $effect, %body) = @_;
    $effect->{page} = ++$self->{number};
    my $body = subscription(n => $self->{n}, page => "/p/$effect->{page}", %body);
    return { path => '/push/subscribe', body => $json->encode($body), ok => 200, effect => $effect };
}

sub unsubscribe {
    my ($self) = @_;
    my %effect = (state => 'left', n => ++$self->{n});
    my $body = $json->encode({ endpoint => $self->{endpoint}, n => $self->{n} });
    return { path => '/push/unsubscribe', body => $body, ok => 200, effect => \%effect };
}

# ---- what is known of it ----

sub profile {
    my ($self) = @_;
    my $number = ++$self->{number};
    my %body = (event => 'profile', attributes => { number => $number });
    return $self->told(\%body, 200, { facts => { a => $number } });
}

sub identify {
    my ($self) = @_;
    my $number = ++$self->{number};
    my %body = (event => 'identify', contact => "$self->{id}:$number");
    return $self->told(\%body, 200, { facts => { c => $number } });
}

sub track {
    my ($self) = @_;
    my $key = "$self->{id}:" . ++$self->{number};
    my %body = (event => 'track', name => 'share', key => $key);
    return $self->told(\%body, 202, { tracked => $key });
}

# Receipts go to one log, the profile to the other.
sub mixed {
    my ($self) = @_;
    my $number = ++$self->{number};
    my @subs = map { random_id() } 1 .. 3;
    my @events = map { { event => 'shown', token => $self->{edge}->delivery_token(sub => $_) } } @subs;
    push @events, { event => 'profile', attributes => { number => $number } };
    my %effect = (facts => { a => $number }, lines => [map { line('e', $_, 'shown') } @subs]);
    return { %{ $self->told({ events => \@events }, 200, \%effect) }, accepted => scalar @events };
}

sub told {
    my ($self, $body, $ok, $effect) = @_;
    my $cookie = '__Host-webpush_visitor=' . $self->{edge}->visitor_token(sub => $self->{id});
    return { path => '/push/event', body => $json->encode($body), ok => $ok, cookie => $cookie, effect => $effect };
}

sub random_id { return MIME::Base64::encode_base64url(WebPush::Edge::random_octets(16)) }

# ---- what was acknowledged ----

sub acknowledge {
    my ($self) = @_;
    my $effect = delete($self->{pending})->{effect};
    if ($effect->{endpoint}) {
        push @{ $self->{past} }, line('c', $self->{id}, 'replaced', $effect->{n});
        $self->move($effect->{endpoint});
    }
    @$self{qw(state acknowledged)} = @$effect{qw(state n)} if $effect->{state};
    $self->{page} = $effect->{page} if $effect->{page};
    @$self{qw(facts tracked)} = ({}, []) if $self->{state} eq 'left';    # which ends them
    %{ $self->{facts} } = (%{ $self->{facts} }, %{ $effect->{facts} // {} });
    push @{ $self->{tracked} }, $effect->{tracked} // ();
    push @{ $self->{past} }, @{ $effect->{lines} // [] };
    return;
}

# What is the same whatever comes; each is told once.
sub settled { my ($self) = @_; return splice @{ $self->{past} } }

# What was not answered may have been done or not.
sub expected {
    my ($self) = @_;
    my @lines = $self->settled;
    return @lines if $self->{state} eq 'none';
    push @lines, line('c', $self->{id}, $self->{state}, $self->{acknowledged}, $self->{page});
    my $doubt = ($self->{pending} // {})->{effect} // {};
    my $name = $doubt->{endpoint} ? 'replaced' : $doubt->{state};
    push @lines, line('c', $self->{id}, $name, $doubt->{n}, 0, 0) if $name;
    return @lines if $name;    # who may have left or moved may have nothing, or elsewhere
    push @lines, map { line('f', $self->{id}, $_, $self->{facts}{$_}) } sort keys %{ $self->{facts} };
    return (@lines, map { line('t', $self->{id}, $_) } @{ $self->{tracked} });
}

# A row of the ledger: what, id, name, number, page, whether it is certain.
sub line {
    my ($what, $id, $name, $number, $page, $sure) = @_;
    my $hex = unpack 'H*', decode_base64url($id);
    return join "\t", $what, $hex, $name, $number // 0, $page // 0, $sure // 1;
}

1;
