package WebPush::Load;

# Many browsers at once, from one process: each connection always has one subscribe request open.
#
#     my $load = WebPush::Load->new($edge, 32);
#     $load->turn until $load->answered >= 500;    # a turn: one answer and a new request for each
#     $load->drain;                                # takes the answers that are still to come
#     is_deeply([$load->missing], []);             # answered 200, but not in the log
#     is_deeply([$load->missing_in(@ids)], []);    # answered 200, but not among these

use WebPush::Test;
use WebPush::Edge;
use WebPush::Http;

use JSON::PP ();

my $json = JSON::PP->new->utf8;

sub new {
    my ($class, $edge, $connections) = @_;
    my $self = bless { edge => $edge, clients => [], ids => [], refused => 0 }, $class;
    $self->connect for 1 .. $connections;
    return $self;
}

sub connect {
    my ($self) = @_;
    my $client = { http => $self->{edge}->client };
    send_subscription($client);
    push @{ $self->{clients} }, $client;
    return;
}

sub send_subscription {
    my ($client) = @_;
    my $endpoint = new_endpoint();
    $client->{id} = endpoint_id($endpoint);
    $client->{http}->send_raw(WebPush::Http::request_text(
        'load', 'POST', '/push/subscribe', headers => ['Content-Type' => 'application/json'],
        body => $json->encode(subscription(endpoint => $endpoint)),
    ));
    return;
}

# A connection that the server has closed after an answer is opened again; one that is closed
# without an answer dies.
sub turn {
    my ($self) = @_;
    for my $client (@{ $self->{clients} }) {
        my $answer = $self->take_answer($client);
        my $connection = $answer->{headers}{connection} // '';
        $client->{http} = $self->{edge}->client if $connection eq 'close';
        send_subscription($client);
    }
    return;
}

sub take_answer {
    my ($self, $client) = @_;
    my $answer = $client->{http}->read_answer;
    if ($answer->{status} == 200) {
        push @{ $self->{ids} }, $answer->{json}{id};
        die "another's answer" if $answer->{json}{id} ne $client->{id};
    } else {
        $self->{refused}++;
    }
    return $answer;
}

# Takes the last answers. Returns how many connections were closed without one.
sub drain {
    my ($self) = @_;
    my @clients = splice @{ $self->{clients} };
    return scalar grep { !eval { $self->take_answer($_) } } @clients;
}

sub answered { return scalar @{ $_[0]{ids} } }
sub refused { return $_[0]{refused} }

# Ids that were answered 200 and are in no log.
sub missing {
    my ($self) = @_;
    return $self->missing_in($self->{edge}->ids('subscriptions'));
}

sub missing_in {
    my ($self, @ids) = @_;
    my %present = map { $_ => 1 } @ids;
    return grep { !$present{$_} } @{ $self->{ids} };
}

1;
