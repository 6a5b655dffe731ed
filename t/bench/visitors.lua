-- For wrk: GET requests with a header each, in turns, so that every one comes from another visitor.
--
--     wrk -t 1 -c 64 -d 2s -s t/bench/visitors.lua http://... -- PATH FILE
--
-- FILE has one header a line, as it is sent. Prints one line for t/bench/lib/Bench/EdgeLoad.pm:
-- "visitors: <requests> requests, <microseconds> us, <errors> errors".

local requests = {}
local last = 0

function init(args)
    for line in io.lines(args[2]) do
        local name, value = line:match("^([^:]+): (.*)$")
        requests[#requests + 1] = wrk.format("GET", args[1], { [name] = value })
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end

function done(summary)
    local errors = 0
    for _, count in pairs(summary.errors) do
        errors = errors + count
    end
    io.write(string.format("visitors: %d requests, %d us, %d errors\n", summary.requests, summary.duration, errors))
end
