package WebPush::Fleet;

# A site with its browsers: nginx, webpushd and pushsim, which subscribes through the one and is sent
# to by the other.
#
#     my $fleet = WebPush::Fleet->new(workers => 2, pushsim => { show => 1 });
#     $fleet->add_browsers(200);            # they begin to subscribe
#     $fleet->wait_subscribed;
#     my $run = $fleet->send($fleet->campaign);
#     $fleet->wait_finished($run);
#     my $delivery = $fleet->deliveries($run)->{$subscription};    # as webpushd recorded it
#     my ($first, @more) = $fleet->posts($run);                    # as the push services saw it

use WebPush::Test;
use WebPush::Daemon;
use WebPush::Nginx;
use WebPush::Pushsim;

use JSON::PP qw(decode_json);

# An id as pushsim writes it.
use constant { BASE64URL => "translate(rtrim(encode(uuid_send(%s), 'base64'), '='), '+/', '-_')" };

# Options: workers (1); daemon => [arguments]; pushsim => {options}; before_nginx => code that gets the
# fleet before nginx is started. All but pushsim is then running.
sub new {
    my ($class, %option) = @_;
    my $nginx = WebPush::Nginx->new(workers => $option{workers} // 1);
    my $pushsim = WebPush::Pushsim->new(browsers => 0, %{ $option{pushsim} // {} });
    my $logs = owned_dir(substr($nginx->dir, length(test_dir()) + 1) . '/log');
    my @arguments = ('--log-dir', $logs, $pushsim->daemon_arguments, @{ $option{daemon} // [] });
    my $daemon = WebPush::Daemon->new(fsync => 1, args => \@arguments)->start;
    my $self = bless { nginx => $nginx, daemon => $daemon, pushsim => $pushsim, read => {}, unseen => [] }, $class;
    $daemon->cli(qw(site set default --contact mailto:push@shop.example --origin), $self->origin);
    $nginx->{tokens} = { EDGE => $daemon->state_dir . '/edge', LOG => $logs };
    $nginx->write_config($self->config);
    $option{before_nginx}->($self) if $option{before_nginx};
    $nginx->run;
    return $self;
}

sub nginx { return $_[0]{nginx} }
sub daemon { return $_[0]{daemon} }
sub pushsim { return $_[0]{pushsim} }
sub origin { return 'http://127.0.0.1:' . $_[0]{nginx}->port }

sub config {
    return <<'END';
%%GLOBALS%%
events { worker_connections 1024; }
http {
    %%HTTP%%
    log_format answered '$pid $msec $status $uri';
    webpush_log_dir %%LOG%%;
    webpush_edge_dir %%EDGE%%;
    server {
        listen 127.0.0.1:%%PORT%%;
        access_log %%DIR%%/logs/answered.log answered;
        location = /push/subscribe { webpush_subscribe; }
        location = /push/event { webpush_event; }
        location /push/c/ { webpush_click; }
        location = /push/config.json { alias %%EDGE%%/default/public/config.json; }
    }
}
END
}

# ---- browsers ----

# Starts pushsim again, with push services that follow these rules.
sub follow_rules {
    my ($self, @rules) = @_;
    $self->{pushsim}{rules} = \@rules;
    $self->add_browsers(0);
    $self->wait_subscribed;
    return;
}

# Starts pushsim, with so many browsers more than before.
sub add_browsers {
    my ($self, $more) = @_;
    $self->{pushsim}{browsers} += $more;
    $self->{pushsim}->launch($self->origin);
    return;
}

sub browsers { return $_[0]{pushsim}{browsers} }

# All are acknowledged and in the database.
sub wait_subscribed {
    my ($self) = @_;
    my $process = $self->{pushsim}->process;
    $process->wait_until('all are subscribed', sub { $process->output =~ /^pushsim: ready/m }, 40);
    wait_for { pause_long(); $self->daemon->sql('SELECT count(*) FROM subscription') >= $self->browsers }
        'the subscriptions in the database', 40;
    return;
}

# Endpoints of those whom the edge has answered.
sub acknowledged {
    my ($self) = @_;
    my $text = $self->fresh($self->{pushsim}->file('state'));
    while ($text =~ /^\{"browser":(\d+),(?:"acknowledged"(:true)|.*"endpoint":"([^"]+)")/mg) {
        if ($2) { $self->{acknowledged}{$1} = $self->{endpoint}{$1} } else { $self->{endpoint}{$1} = $3 }
    }
    return values %{ $self->{acknowledged} };
}

# [worker's pid, unix time] of each subscription that the edge has acknowledged since the last call.
sub new_answers {
    my ($self) = @_;
    my $text = $self->fresh($self->{nginx}{logs} . '/answered.log');
    return map { [split] } $text =~ m{^(\d+ [\d.]+) 200 /push/subscribe$}mg;
}

# ---- campaigns ----

sub campaign {
    my ($self) = @_;
    return $self->{daemon}->cli(qw(campaign create --name Fleet --title), 'Lantern week', qw(--target /offers/))->{id};
}

sub send {
    my ($self, $campaign) = @_;
    return $self->{daemon}->cli(qw(campaign send), $campaign)->{run};
}

sub wait_finished {
    my ($self, $run, $seconds) = @_;
    wait_for { pause_long(); $self->daemon->sql("SELECT state FROM run WHERE id = $run") eq 'finished' }
        "the end of run $run", $seconds // 40;
    return;
}

# {<subscription> => {outcome, reason, status, attempt, platform, at}}
sub deliveries {
    my ($self, $run) = @_;
    my $id = sprintf BASE64URL, 'subscription';
    return { map {
        my ($subscription, %delivery) = shift @$_;
        @delivery{qw(outcome reason status attempt platform at)} = @$_;
        ($subscription => \%delivery)
    } $self->{daemon}->sql("SELECT $id, outcome, reason, status, attempt, platform, "
        . "extract(epoch FROM at) FROM delivery WHERE run = $run") };
}

# Ids of all that are subscribed now.
sub subscriptions {
    my ($self) = @_;
    return map { $_->[0] } $self->{daemon}->sql('SELECT ' . sprintf(BASE64URL, 'id') . ' FROM subscription');
}

# {<kind> => {<subscription> => how often}} of the run's events in the database.
sub events {
    my ($self, $run) = @_;
    my %events = (shown => {}, click => {});
    my $id = sprintf BASE64URL, 'subscription';
    $events{ $_->[0] }{ $_->[1] } = $_->[2] for $self->{daemon}->sql(
        "SELECT kind, $id, count(*) FROM event WHERE run = $run GROUP BY kind, subscription");
    return \%events;
}

# ---- what the push services saw ----

# Each POST of the run that has been written down: {t, sub, copy, play, status, authority}. One that
# was not taken is of no run: 0.
sub posts {
    my ($self, $run) = @_;
    $self->read_posts;
    return @{ $self->{posts}{$run} // [] };
}

# {<subscription> => [POSTs in their order]} of all since the last call.
sub new_posts {
    my ($self) = @_;
    $self->read_posts;
    my %new;
    push @{ $new{ $_->{sub} } }, $_ for splice @{ $self->{unseen} };
    return \%new;
}

# The bodies make JSON::PP slow, and this is asked for while a campaign is sent.
sub read_posts {
    my ($self) = @_;
    for my $line (split /\n/, $self->fresh($self->{pushsim}->file('posts'))) {
        my %post;
        @post{qw(t authority sub run copy status play)} = $line =~ /^\{"t":(\d+),"authority":"([^"]+)"
            .*"sub":"([^"]*)","run":(\d+),"copy":(\d+),"status":(\d+),.*"play":"(\w*)"\}$/x
            or die "no post: $line\n";
        $post{t} /= 1000;    # as everywhere here
        push @{ $self->{posts}{ $post{run} } }, \%post;
        push @{ $self->{unseen} }, \%post;
    }
    return;
}

# {<subscription> => {accepted, shown, closed, clicks}} of one run, as of the last end of pushsim.
sub outcomes {
    my ($self, $run) = @_;
    my @lines = grep { /"run":$run,/ } split /\n/, read_file($self->{pushsim}->file('outcomes'));
    return { map { ($_->{sub} => $_) } map { decode_json($_) } @lines };
}

# ---- files that grow ----

# The whole lines that have come since the last call.
sub fresh {
    my ($self, $path) = @_;
    open my $in, '<:raw', $path or return '';
    seek $in, $self->{read}{$path} //= 0, 0;
    local $/;
    my $text = readline($in) // '';
    $text =~ s/[^\n]+\z//;
    $self->{read}{$path} += length $text;
    return $text;
}

# Between two questions to the database, so that waiting does not load the machine.
sub pause_long { select undef, undef, undef, 0.1; return }

1;
