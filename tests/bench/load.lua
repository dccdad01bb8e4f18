-- The load of one measurement, for wrk:
--
--     wrk -t1 -c1 -d3s -s load.lua http://127.0.0.1:8080 -- get PATHS     cycles over the paths in a file, one a line; after
--                                                                         a tab, the tag of an answer that is known
--     wrk -t1 -c1 -d3s -s load.lua http://127.0.0.1:8080 -- create TOKEN  creates incidents, each with its own title
--
-- Prints one line: RESULT <requests a second> <median in µs> <99th percentile in µs> <failures>.

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function prepared_paths(file)
    local requests = {}
    for line in io.lines(file) do
        local path, tag = line:match("^([^\t]*)\t?(.*)$")
        local headers = tag ~= "" and { ["If-None-Match"] = tag } or nil
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
    -- Each thread begins somewhere else, so that two do not ask the same thing at the same time.
    local at = math.floor(number * #requests / 2)
    return function()
        at = at % #requests + 1
        return requests[at]
    end
end

local function new_incidents(token)
    local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }
    local body = [[{"title": "Observer %d-%d was turned away at a polling station",
"summary": "Security guards turned an accredited observer away shortly after the opening of the polls. The telephone was
taken and given back in the evening. The mission lodged a formal complaint; the commission did not reply.",
"lang": "en", "types": ["access_obstruction"], "occurred": "2024-02-07", "country": "AZE", "place": "Ganja", "severity": 2,
"sources": [{"ref": "S1", "title": "Report of the mission", "publisher": "The mission", "date": "2024-02-08"}]}]]
    body = body:gsub("\n", " ") -- no line breaks within a string of JSON
    local made = 0
    return function()
        made = made + 1
        return wrk.format("POST", "/api/v1/incidents", headers, string.format(body, number, made))
    end
end

function init(args)
    if args[1] == "create" then
        request = new_incidents(args[2])
    else
        request = prepared_paths(args[2])
    end
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format("RESULT %.1f %d %d %d",
        summary.requests / summary.duration * 1e6,
        latency:percentile(50), latency:percentile(99),
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
