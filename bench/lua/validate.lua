-- An application asks whether codes are valid: every code in turn. Arguments: file of codes, API key.
local here = debug.getinfo(1, "S").source:match("@(.*/)") or "./"
done = dofile(here .. "report.lua")

local requests, turn = {}, 0

function init(args)
  local headers = { ["Authorization"] = "Bearer " .. args[2] }
  for _, code in ipairs(dofile(here .. "codes.lua")(args[1])) do
    requests[#requests + 1] = wrk.format("GET", "/api/v1/codes/" .. code .. "/validate", headers)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
