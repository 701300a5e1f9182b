# Drive a full-screen program in a private tmux server.
need tmux command -v tmux
T_mux="tmux -L dsc$$ -f /dev/null"
tui_start()  { env -u TMUX LC_ALL=C.UTF-8 $T_mux new-session -d -x "${COLS:-100}" -y "${ROWS:-30}" "$*"
	$T_mux set -g remain-on-exit on >/dev/null; at_exit "$T_mux kill-server 2>/dev/null"; }
tui_keys()   { $T_mux send-keys "$@"; }
tui_screen() { $T_mux capture-pane -p "$@"; }
tui_resize() { $T_mux resize-window -x "$1" -y "$2"; }
_tui_has()   { tui_screen | grep -Eq -- "$1"; }
tui_expect() { if wait_for "${TUI_T:-5}" _tui_has "$1"; then _res 0 "$2"; else
	_res 1 "$2" || tui_screen | sed 's/^/# |/'; fi; }
