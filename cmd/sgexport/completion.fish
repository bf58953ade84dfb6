# Completion of sgexport for fish: sgexport completion fish
function __sgexport_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c sgexport -f -a '(__sgexport_complete)'
