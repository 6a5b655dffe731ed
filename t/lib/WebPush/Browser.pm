package WebPush::Browser;

# A stock browser with a push service of its own (t/browser/driver.mjs), while the test runs.
#
#     my $browser = WebPush::Browser->start('firefox', origin => 'http://127.0.0.1:8080');
#     $browser->visit('http://127.0.0.1:8080/');
#     $browser->click('#webpush-consent >>> .accept');     # trusted; >>> enters a shadow root
#     my $shown = $browser->notification('Lantern week');  # waits until it is shown
#     $browser->click_notification($shown);
#
# push_arguments() are webpushd's options that lead it to the push service. Every command waits for
# what it needs and dies when that does not come.

use WebPush::Test;
use WebPush::Process qw(capture);

use IO::Socket::UNIX;
use JSON::PP ();

use constant { START_SECONDS => 60, ANSWER_SECONDS => 60 };

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# origin: may show notifications without asking, as if the visitor had allowed it in the browser.
# arguments: more of the browser's command line; trusts: the file of a certificate that is no known
# one. Both for Chromium only.
sub start {
    my ($class, $name, %option) = @_;
    my @arguments = @{ $option{arguments} // [] };
    push @arguments, '--ignore-certificate-errors-spki-list=' . key_hash($option{trusts}) if $option{trusts};
    my $folder = test_dir() . "/$name";
    mkdir $folder or die "mkdir $folder: $!";
    my $path = "$folder/driver";
    my $process = WebPush::Process->start($name, [
        'node', root() . '/t/browser/driver.mjs', '--browser', $name, '--folder', $folder,
        '--origin', $option{origin}, '--socket', $path,
        map { "--argument=$_" } @arguments,
    ]);
    my $socket = $process->wait_until('the browser took commands', sub {
        IO::Socket::UNIX->new(Peer => $path);
    }, START_SECONDS);
    return bless { name => $name, process => $process, socket => $socket }, $class;
}

# Chromium is told of a certificate by its public key.
sub key_hash {
    my ($certificate) = @_;
    my $digest = 'openssl x509 -in "$0" -pubkey -noout | openssl pkey -pubin -outform der'
        . ' | openssl dgst -sha256 -binary | openssl base64';
    return capture(['sh', '-c', $digest, $certificate])->{stdout} =~ s/\n//r;
}

sub push_arguments {
    my ($self) = @_;
    my $service = $self->command('push_service');
    my $redirect = "$service->{host}=127.0.0.1:$service->{port}";
    return ('--push-ca', $service->{ca}, '--push-redirect', $redirect);
}

# How many messages the push service was sent, refused ones included.
sub pushed { return $_[0]->command('pushed') }

# The push service delivers its last message a second time.
sub repeat_push { return $_[0]->command('repeat_push') }

# The push service loses what it knew of the browser; Firefox only.
sub forget_browser { return $_[0]->command('forget_browser') }

# Allows or (0) forbids "notifications" or "cookies", as in the browser's settings; Chromium only.
sub permit {
    my ($self, $what, $allowed) = @_;
    $allowed = $allowed ? JSON::PP::true : JSON::PP::false;
    return $self->command('permit', what => $what, allowed => $allowed);
}

# A push event with this text in the worker of this scope, past the push service; Chromium only.
sub push_text {
    my ($self, $scope, $text) = @_;
    return $self->command('push', scope => $scope, data => $text);
}

sub visit { return $_[0]->command('visit', url => $_[1]) }

# What the JavaScript expression (or its promise) gives, in the page.
sub evaluate { return $_[0]->command('evaluate', script => $_[1]) }

# The same in the worker of this scope, which runs from then on; Chromium only.
sub evaluate_in_worker {
    my ($self, $scope, $script) = @_;
    return $self->command('evaluate_in_worker', scope => $scope, script => $script);
}

# The text of an element, undef when there is none.
sub text { return $_[0]->command('text', path => $_[1]) }

sub click { return $_[0]->command('click', path => $_[1]) }

# Escape or Tab; Chromium only.
sub press { return $_[0]->command('press', key => $_[1]) }

# The addresses of all open pages.
sub pages { return @{ $_[0]->command('pages') } }

# What is on the screen: hashes with at least title and body.
sub notifications { return @{ $_[0]->command('notifications') } }

# Waits for the notification with this title.
sub notification {
    my ($self, $title) = @_;
    return wait_for {
        my ($found) = grep { $_->{title} eq $title } $self->notifications;
        $found;
    } "the notification \"$title\"";
}

# button: its label, in browsers that show buttons
sub click_notification {
    my ($self, $notification, $button) = @_;
    return $self->command('click_notification', notification => $notification, button => $button);
}

sub dismiss_notification {
    my ($self, $notification) = @_;
    return $self->command('dismiss_notification', notification => $notification);
}

# width, height, scheme (light, dark), phone => 1; Chromium only.
sub look {
    my ($self, %how) = @_;
    $how{phone} = $how{phone} ? JSON::PP::true : JSON::PP::false;
    return $self->command('look', %how);
}

# Chromium only.
sub screenshot { return $_[0]->command('screenshot', file => $_[1]) }

sub command {
    my ($self, $name, %arguments) = @_;
    print { $self->{socket} } $json->encode({ do => $name, %arguments }), "\n";
    local $SIG{ALRM} = sub { die "$self->{name}: no answer to $name\n" };
    my $rest_of_test = alarm deadline(ANSWER_SECONDS);
    my $line = readline $self->{socket};
    alarm $rest_of_test;
    die "$self->{name}: ended at $name\n", $self->{process}->output if !defined $line;
    my $answer = $json->decode($line);
    die "$self->{name}: $name: $answer->{error}\n" if exists $answer->{error};
    return $answer->{value};
}

1;
