-- The codes of the measured program, one a line in the file that the first argument names.
return function(path)
  local codes = {}
  for code in io.lines(path) do codes[#codes + 1] = code end
  return codes
end
