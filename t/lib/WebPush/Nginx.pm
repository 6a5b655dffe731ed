package WebPush::Nginx;

# One nginx, usually with our module, from a configuration given as text.
#
#     my $nginx = WebPush::Nginx->new(config => <<'END');
#     %%GLOBALS%%
#     events {}
#     http {
#         %%HTTP%%
#         server { listen 127.0.0.1:%%PORT%%; location / { return 204; } }
#     }
#     END
#     $nginx->run;
#     ... $nginx->port ...
#     $nginx->expect_log(qr/client sent invalid/);    # else any [error] fails the test
#     $nginx->stop;                                   # or by itself at done_testing()
#
# Tokens: %%GLOBALS%% (load_module, user, pid, error_log ...), %%HTTP%% (access_log, paths for
# temporary files), %%DIR%% (this nginx's folder), %%PORT%%, %%PORT2%% ... (free ports), %%TESTDIR%%,
# %%BUILD%%, and whatever `tokens` names.

use WebPush::Test;
use WebPush::Process qw(capture sanitizer_reports);

use POSIX qw(WNOHANG);

my $instances = 0;

# Options: config; tokens => {NAME => text}; workers (1); log_level (info; debug works, Debian builds
# nginx with it); module (which build of ours to load, 0: none); globals => text added to %%GLOBALS%%;
# preload => [libraries]; env => {NAME => value}; daemon => 1 (in the background, as upgrade() needs);
# become => the user who starts it, when the test is run by root;
# binary => another nginx than PATH's or TEST_NGINX's.
sub new {
    my ($class, %option) = @_;
    my $name = 'nginx' . (++$instances > 1 ? $instances : '');
    my $self = bless {
        name => $name,
        dir => owned_dir($name),
        logs => owned_dir("$name/logs"),
        workers => 1,
        log_level => 'info',
        module => 'ngx_http_webpush_module.so',
        globals => '',
        daemon => 0,
        binary => $ENV{TEST_NGINX} // path_of('nginx'),
        tokens => {},
        preload => [],
        env => {},
        ports => {},
        expected => [],
        %option,
    }, $class;
    owned_dir("$name/$_") for qw(html tmp);
    $self->write_config($option{config}) if defined $option{config};
    return $self;
}

sub dir { return $_[0]{dir} }
sub pid { return $_[0]{process}->pid }

# port() is %%PORT%%, port(2) is %%PORT2%%.
sub port {
    my ($self, $number) = @_;
    return $self->{ports}{ $number // '' } //= free_port();
}

sub error_log { return read_log("$_[0]{logs}/error.log") }
sub access_log { return read_log("$_[0]{logs}/access.log") }

sub read_log {
    my ($path) = @_;
    return -e $path ? read_file($path) : '';
}

# ---- configuration ----

# Takes effect at run() or reload().
# At once, as a master that is reloading may be reading it.
sub write_config {
    my ($self, $config) = @_;
    my $path = "$self->{dir}/nginx.conf";
    write_file("$path.new", $self->expand($config));
    rename "$path.new", $path or die "$path: $!";
    return;
}

# What `nginx -t` says to the configuration: {ok, output}. It logs to a folder of its own, so that a
# running nginx's error log stays as it is.
sub try_config {
    my ($self, $config) = @_;
    local $self->{logs} = owned_dir("$self->{name}/try");
    my $path = write_file("$self->{dir}/try.conf", $self->expand($config));
    my $result = capture([$self->command($path), '-t', '-q'], env => $self->environment);
    return { ok => $result->{exit} == 0, output => $result->{stderr} };
}

sub expand {
    my ($self, $text) = @_;
    my %token = (
        GLOBALS => $self->globals,
        HTTP => $self->http_paths,
        DIR => $self->{dir},
        TESTDIR => test_dir(),
        BUILD => build_path(''),
        %{ $self->{tokens} },
    );
    $text =~ s{%%([A-Z_]+)(\d*)%%}{
        $1 eq 'PORT' ? $self->port($2) : $token{"$1$2"} // die "no value for %%$1$2%%\n"
    }ge;
    return $text;
}

sub globals {
    my ($self) = @_;
    my @lines = (
        $self->{daemon} ? 'daemon on;' : 'daemon off;',
        "pid $self->{logs}/nginx.pid;",
        "error_log $self->{logs}/error.log $self->{log_level};",
        "worker_processes $self->{workers};",
        $self->{globals},
    );
    push @lines, 'user www-data;' if $> == 0 && !$self->{become};
    # Or the master that upgrade() starts would not have it.
    push @lines, map { "env $_;" } sort keys %{ $self->environment } if $self->{daemon};
    unshift @lines, 'load_module ' . build_path($self->{module}) . ';' if $self->{module};
    return join "\n", @lines;
}

sub http_paths {
    my ($self) = @_;
    my @lines = (
        "access_log $self->{logs}/access.log;",
        "root $self->{dir}/html;",
        'lingering_timeout 200ms;',    # a client that stays connected would delay stop() by 5 s
    );
    for my $kind (qw(client_body proxy fastcgi uwsgi scgi)) {
        push @lines, "${kind}_temp_path $self->{dir}/tmp/$kind;";
    }
    return join "\n", @lines;
}

sub command {
    my ($self, $config) = @_;
    my @as = $self->{become} && $> == 0
        ? ('setpriv', "--reuid=$self->{become}", "--regid=$self->{become}", '--clear-groups') : ();
    return (@as, $self->{binary}, '-p', $self->{dir}, '-c', $config, '-e', "$self->{logs}/error.log");
}

# The whole path, by which nginx starts itself in an upgrade.
sub path_of {
    my ($program) = @_;
    my ($path) = grep { -x } map { "$_/$program" } split /:/, $ENV{PATH};
    return $path;
}

# Stock nginx can load a module built with a sanitizer when the run-time libraries come first.
# Its own exit is not clean in LeakSanitizer's eyes, and every module defines ngx_module_names.
sub environment {
    my ($self) = @_;
    my $sanitize = $ENV{TEST_SANITIZE}
        && ($self->{module} || $self->{binary} eq ($ENV{TEST_NGINX} // ''));
    my @preload = @{ $self->{preload} };
    unshift @preload, sanitizer_libraries() if $sanitize;
    return {
        (@preload ? (LD_PRELOAD => join ' ', @preload) : ()),
        ($sanitize ? (ASAN_OPTIONS => 'detect_odr_violation=0:detect_leaks=0') : ()),
        %{ $self->{env} },
    };
}

# What has to be loaded first, whatever else is preloaded.
sub sanitizer_libraries {
    return map { qx(gcc -print-file-name=$_) =~ /^(.*)$/m } qw(libasan.so libstdc++.so);
}

# ---- running ----

# Starts and returns when it listens.
sub run {
    my ($self) = @_;
    $self->{process} = WebPush::Process->start(
        $self->{name}, [$self->command("$self->{dir}/nginx.conf")],
        env => $self->environment, stop_signal => 'QUIT',
    );
    $self->{process}->wait_end if $self->{daemon};
    at_finish(sub { $self->stop if $self->{process}->running });
    $self->{process}->wait_until('its pid file', sub { -s $self->pid_file }) if !$self->{daemon};
    $self->adopt_master if $self->{daemon};
    wait_for { $self->worker_pids == $self->{workers} } 'the workers';
    return $self;
}

sub pid_file { return "$_[0]{logs}/nginx.pid" }

# From now on the master in the pid file, which has lost its parent, is ours.
sub adopt_master {
    my ($self) = @_;
    my $pid = read_file($self->pid_file) + 0;
    wait_for { waitpid($pid, WNOHANG) == 0 } 'the master to have no other parent';
    $self->{process} = WebPush::Process->adopt(
        $self->{name}, $pid, log => $self->{process}{log}, stop_signal => 'QUIT',
    );
    return;
}

# USR2: another master beside this one, on the same sockets, whose pid it returns. The next step is
# QUIT to either of them; after the old one's end adopt_master() makes the new one ours.
sub upgrade {
    my ($self) = @_;
    $self->signal('USR2');
    my $old_file = $self->pid_file . '.oldbin';
    my $new = wait_for { -s $old_file && -s $self->pid_file && read_file($self->pid_file) + 0 }
        'the new master';
    wait_for { $self->worker_pids($new) == $self->{workers} } "the new master's workers";
    return $new;
}

# The workers that take connections, oldest first. `master` is another one than pid().
sub worker_pids {
    my ($self, $master) = @_;
    $master //= $self->pid;
    my $children = eval { read_file("/proc/$master/task/$master/children") } // '';
    return grep {
        my $title = eval { read_file("/proc/$_/cmdline") } // '';
        $title =~ /^nginx: worker process\b(?! is shutting down)/
    } split ' ', $children;
}

# HUP; returns when only new workers take connections. `workers` tells their number when the new
# configuration changes it.
sub reload {
    my ($self, %option) = @_;
    $self->{workers} = $option{workers} // $self->{workers};
    my %old = map { $_ => 1 } $self->worker_pids;
    $self->{process}->signal('HUP');
    wait_for {
        my @now = $self->worker_pids;
        @now == $self->{workers} && !grep { $old{$_} } @now;
    } 'new workers';
    return;
}

sub signal {
    my ($self, $signal) = @_;
    return $self->{process}->signal($signal);
}

# A line of the error log that would otherwise make the test fail at stop().
sub expect_log {
    my ($self, $pattern) = @_;
    push @{ $self->{expected} }, $pattern;
    return;
}

# Stops (QUIT waits for requests) and checks the exit code and the error log.
sub stop {
    my ($self, $signal) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    $self->{process}->stop($signal);
    return $self->check_log;
}

sub check_log {
    my ($self) = @_;
    my @bad = grep { /\[(?:emerg|alert|crit|error)\]|exited on signal/ } split /\n/, $self->error_log;
    push @bad, sanitizer_reports($self->error_log);
    for my $pattern (@{ $self->{expected} }) {
        @bad = grep { $_ !~ $pattern } @bad;
    }
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(join("\n", @bad), '', "$self->{name}: nothing unexpected in the error log");
}

# The power plug: master and workers at once, no checks.
sub kill9 {
    my ($self) = @_;
    my @workers = $self->worker_pids;
    kill 'KILL', $self->pid, @workers;
    $self->{process}->wait_end;
    wait_for { !grep { alive($_) } @workers } 'the end of the workers';
    unlink "$self->{logs}/nginx.pid";
    return;
}

1;
