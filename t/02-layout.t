# Who may know whom: the arrows between the folders, read from the #include lines, and what may stand
# at the top level.

use WebPush::Test;

use File::Find qw(find);

chdir root() or die;

# Headers that only files of the named folders may include.
my @owned = (
    [qr/^ngx_/, qr{^src/ngx_http_webpush/}],
    [qr{^(?:uv\.h$|nghttp2/)}, qr{^src/(?:webpushd|pushsim)/}],
    [qr/^libpq/, qr{^src/webpushd/store/}],
);

# What the core may include besides its own files and the standard library.
my $core_libraries = qr{^(?:openssl/.*|simdjson)\.h$};
my $standard_library = qr/^[a-z_]+$/;

# Headers of the standard library that bring input, output, time, threads or locales.
my $impure = qr/^(?:cstdio|ctime|clocale|filesystem|fstream|iostream|istream|locale|mutex
                   |ostream|random|stop_token|thread|condition_variable|future|syncstream)$/x;

my @leaves = qw(ngx_http_webpush webpushd webpush_cli pushsim);

my @files = source_files('src');
cmp_ok(scalar @files, '>', 50, 'found the sources');

is_nothing('only their owners include nginx, uv, nghttp2 and libpq', map {
    my ($file, $header) = @$_;
    (grep { $header =~ $_->[0] && $file !~ $_->[1] } @owned) ? "$file: $header" : ();
} all_includes());

is_nothing('the core knows the standard library, OpenSSL and simdjson', map {
    my ($file, $header, $quoted) = @$_;
    !$quoted && $header !~ $standard_library && $header !~ $core_libraries ? "$file: $header" : ();
} core_includes());

is_nothing('the core does no input or output and has no threads', map {
    my ($file, $header) = @$_;
    $header =~ $impure ? "$file: $header" : ();
} core_includes());

is_nothing('the core reads no clock',
    grep { m{^src/webpush/} && read_file($_) =~ /_clock::now|\btime\(|gettimeofday/ } @files);

is_nothing('the core includes only itself', map {
    my ($file, $header, $quoted) = @$_;
    $quoted && !-e "src/webpush/$header" && $header !~ m{^webpush/} ? "$file: $header" : ();
} core_includes());

is_nothing('leaves do not include each other', map {
    my ($file, $header) = @$_;
    my ($own) = $file =~ m{^src/([^/]+)/};
    grep { $_ ne $own && $header =~ m{(?:^|/)\Q$_\E/} } @leaves ? "$file: $header" : ();
} all_includes());

is_nothing('every header has #pragma once',
    grep { /\.h$/ && read_file($_) !~ /^#pragma once$/m } @files);

is_nothing('files are short enough to be one thing (400 lines)',
    grep { (read_file($_) =~ tr/\n//) > 400 } @files, grep { !/vectors/ } source_files('t'));

my $top = qr/^(?:config|config\.make|src|t|conf-examples|Makefile|README\.md|LICENSE|CHANGELOG\.md
                |package\.json|package-lock\.json|build|node_modules|\..*)$/x;
opendir my $root, '.' or die;
is_nothing('nothing new at the top level', grep { $_ !~ $top } readdir $root);

done_testing();

sub is_nothing {
    my ($name, @found) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(join("\n", @found), '', $name);
}

sub source_files {
    my ($folder) = @_;
    my @found;
    find(sub { push @found, $File::Find::name if /\.(?:h|cpp|ts|mjs|pm|t|sql)$/ }, $folder);
    return sort @found;
}

# [file, header, quoted] of every #include below src.
sub all_includes {
    my @found;
    for my $file (grep { /\.(?:h|cpp)$/ } @files) {
        my $text = read_file($file);
        while ($text =~ /^\s*#\s*include\s*([<"])([^>"]+)[>"]/mg) {
            push @found, [$file, $2, $1 eq '"'];
        }
    }
    return @found;
}

sub core_includes {
    return grep { $_->[0] =~ m{^src/webpush/} } all_includes();
}
