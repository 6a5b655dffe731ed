# `config` and `config.make` are for people who build the module with nginx itself: nginx's own
# configure and make, with Debian's flags, give a module that this machine's nginx loads.

use WebPush::Test;
use WebPush::Process qw(capture);
use WebPush::Nginx;

my $objs = test_dir() . '/objs';
my $module = "$objs/ngx_http_webpush_module.so";

subtest 'dynamic' => sub {
    configure('--add-dynamic-module=' . root());
    my $made = capture(['make', '-j2', '-f', "$objs/Makefile", 'modules'], cwd => nginx_source());
    is($made->{exit}, 0, 'make modules') or diag(substr $made->{stdout} . $made->{stderr}, -3000);
    ok(-s $module, 'the module is there');

    my @exported = split /\n/, capture(['nm', '-D', '--defined-only', $module])->{stdout};
    is(join(' ', map { (split)[2] } @exported), 'ngx_module_names ngx_module_order ngx_modules',
        'it exports what nginx looks up and nothing else');
};

subtest 'nginx loads it' => sub {
    my $nginx = WebPush::Nginx->new(module => 0, globals => "load_module $module;");
    my $tried = $nginx->try_config("%%GLOBALS%%\nevents {}\nhttp { %%HTTP%% }\n");
    ok($tried->{ok}, 'nginx -t') or diag($tried->{output});
};

subtest 'static' => sub {
    configure('--add-module=' . root());
    my $makefile = read_file("$objs/Makefile");
    like($makefile, qr{objs/nginx:.*addon/ngx_http_webpush/\w+\.o}s, 'the objects go into nginx');
    unlike($makefile, qr/version-script/, "nginx's own symbols stay visible");
};

done_testing();

sub nginx_source { return '/usr/share/nginx/src' }

# Not optimised: what is asked here is whether it builds and loads.
sub configure {
    my ($addon) = @_;
    my $script = '. ./conf_flags && bash ./configure --with-cc-opt="-O0 -fPIC" '
        . '"${NGX_CONF_FLAGS[@]}" "$@"';
    my $done = capture(['bash', '-c', $script, 'configure', $addon, "--builddir=$objs"],
        cwd => nginx_source());
    is($done->{exit}, 0, "configure $addon") or diag($done->{stdout} . $done->{stderr});
    return;
}
