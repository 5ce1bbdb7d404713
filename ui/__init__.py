"""What the pages share: filters, links, words, cards, tables, charts. It asks the engine and draws; it computes no figure."""
