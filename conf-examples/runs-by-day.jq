# How many browsers showed, clicked and closed the notification of each run, by day (UTC). From the
# module's event logs, or from an access log as access-log.conf makes it:
#
#     jq -nrR -f runs-by-day.jq /var/lib/webpush/log/events-*.jsonl
#     jq -nrR -f runs-by-day.jq /var/log/nginx/webpush.json
#
# A browser counts once for a run, on the day when it did first, as in `webpush report --log`. Access
# logs lack what browsers that were offline send in batches; event logs have it.

# The event of a line of either log, if it has one. A line that is torn is skipped.
def event:
  fromjson? | objects
  | if has("k") then {seconds: (.t / 1000), kind: .k, site, run, sub}
    elif .result == "accepted" or .result == "late"
    then {seconds: .time, kind: .event, site, run: (.run | tonumber? // null), sub}
    else empty end
  | select(.kind == "shown" or .kind == "click" or .kind == "closed");

def count(kind): map(select(.kind == kind)) | length;

[inputs | event]
| group_by([.site, .run, .kind, .sub])
| map(min_by(.seconds) | .day = (.seconds | strftime("%Y-%m-%d")))
| group_by([.day, .site, .run])
| ["day", "site", "run", "shown", "clicked", "closed"],
  (.[] | [.[0].day, .[0].site, .[0].run, count("shown"), count("click"), count("closed")])
| @tsv
