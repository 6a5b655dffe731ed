# `config` and `config.make` are for people who build the module with nginx itself: nginx's own
# configure and make, with Debian's flags, gave a module that this machine's nginx loads
# (t/nginx/rules.mk; whether others do is asked in 05-nginx-versions.t).

use WebPush::Test;
use WebPush::Process qw(capture);
use WebPush::Nginx;

my $builds = root() . '/build/nginx';
my $module = "$builds/debian-dynamic/ngx_http_webpush_module.so";

subtest 'dynamic' => sub {
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
    my $makefile = read_file("$builds/1.22.1-static/Makefile");
    like($makefile, qr{/nginx:.*addon/ngx_http_webpush/\w+\.o}s, 'the objects go into nginx');
    unlike($makefile, qr/version-script/, "nginx's own symbols stay visible");
};

done_testing();
